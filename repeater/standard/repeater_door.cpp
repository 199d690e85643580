#include <utility>

#include "repeater/net/deadline.hpp"
#include "repeater/standard/doors.hpp"
#include "repeater/standard/mode_one_call.hpp"
#include "repeater/standard/try.hpp"
#include "repeater/standard/visit.hpp"
#include "rfb-ext/wire/repeater_block.hpp"

namespace pronto::standard {

namespace {

using Desk = net::HubThread::Desk;

asio::awaitable<Judgement> judge(const Reception& reception, std::string number, std::string address) {
    const bool my_turn = co_await may_try(*reception.door->hub, address);
    if (!my_turn) co_return Judgement(std::string("Too many wrong numbers came from this address. Wait ten minutes."));
    auto trying = [number, address](Desk& desk) -> Judgement {
        if (!desk.attempts.allowed(address)) return "Too many wrong numbers came from this address. Wait ten minutes.";
        if (auto pass = desk.hub.use_pass_number(number)) return std::move(*pass);
        desk.attempts.missed(address);
        return "This number is not known, or has expired. Ask for a new one: each is good for one session within a minute.";
    };
    co_return co_await reception.door->hub->ask(std::move(trying));
}

/// The 250 bytes; nothing if they did not come in time.
asio::awaitable<std::optional<Bytes>> read_block(const Reception& reception, std::shared_ptr<VncSocket> socket) {
    const net::Deadline whole(socket->get_executor(), reception.step, [raw = socket.get()] { raw->close(); });
    auto& early = socket->early();
    while (early.size() < wire::repeater_block_bytes) {
        const auto more = co_await socket->read_more(reception.step);
        if (more.has_error()) co_return std::nullopt;
    }
    const auto end = early.begin() + wire::repeater_block_bytes;
    Bytes block(early.begin(), end);
    early.erase(early.begin(), end);
    co_return block;
}

}  // namespace

asio::awaitable<void> serve_repeater_viewer(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                            std::shared_ptr<const Reception> reception) {
    Visitor visitor;
    visitor.socket = std::make_shared<VncSocket>(std::move(socket));
    visitor.address = address;
    visitor.place = std::move(place);
    const auto greeted = co_await visitor.socket->write(as_bytes(wire::repeater_greeting), reception->step);
    if (greeted.has_error()) co_return;
    const auto bytes = co_await read_block(*reception, visitor.socket);
    if (!bytes) co_return visitor.socket->close();
    const auto block = wire::read_repeater_block(*bytes);
    if (block.has_error()) co_return co_await turn_away(std::move(visitor), "The hub did not understand: " + block.error().message() + ".");
    if (const auto* host = std::get_if<wire::RepeaterHost>(&block.value()))
        co_return co_await call_host(reception, std::move(visitor), *host);
    const auto& id = std::get<wire::RepeaterId>(block.value()).id;
    auto judgement = co_await judge(*reception, id, address);
    co_await receive(reception, std::move(visitor), std::move(judgement));
}

}  // namespace pronto::standard
