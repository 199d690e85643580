#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "repeater/net/deadline.hpp"
#include "repeater/net/seats.hpp"
#include "repeater/standard/doors.hpp"
#include "repeater/standard/handshake.hpp"
#include "repeater/standard/inner_channel.hpp"
#include "repeater/standard/try.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/wire/handshake.hpp"
#include "rfb-ext/wire/repeater_block.hpp"

namespace pronto::standard {

namespace {

using control::Code;
using Desk = net::HubThread::Desk;

/// "RFB 3.8" from "RFB 003.008\n".
std::string spoken(ByteView line) {
    const auto digits = [&](std::size_t at) { return std::string(as_text(line.subspan(at, 3))); };
    return fmt::format("RFB {}.{}", std::stoi(digits(4)), std::stoi(digits(8)));
}

/// For some seconds; a peer that lives is then left in peace again.
void look_closely(std::shared_ptr<VncSocket> socket) {
    constexpr std::chrono::seconds some{10};
    socket->keep_alive(at_once);
    const auto over = std::make_shared<asio::steady_timer>(socket->get_executor(), some);
    over->async_wait([over, weak = std::weak_ptr(socket)](const ErrorCode&) {
        if (const auto still = weak.lock(); still && still->waits()) still->keep_alive(while_waiting);
    });
}

/// One VNC server from its registration to the end of its one session.
class Server {
public:
    Server(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place, std::shared_ptr<const Reception> reception)
        : socket_(std::make_shared<VncSocket>(std::move(socket))),
          channel_(std::make_shared<InnerChannel>(socket_->get_executor())),
          address_(std::move(address)),
          place_(std::move(place)),
          reception_(std::move(reception)) {}

    asio::awaitable<void> run() {
        const bool heard = co_await hear_registration();
        if (!heard) co_return socket_->close();
        const bool my_turn = co_await may_try(*reception_->door->hub, address_);
        if (!my_turn) {
            log::warning("a VNC server from {} was refused: Too many wrong tickets came from this address, or wait for their turn.", address_);
            co_return socket_->close();
        }
        auto refused = co_await try_to_register();
        if (refused && refused->rival != 0) {
            co_await look_at(refused->rival);
            refused = co_await try_to_register();
        }
        if (refused) {
            log::warning("a VNC server from {} was refused: {}", address_, refused->error.message);
            co_return socket_->close();
        }
        place_.release();
        wait_watchfully();
        co_await serve();
        socket_->close();
    }

private:
    /// The block, and the version behind it, which stays where the handshake will find it.
    asio::awaitable<bool> hear_registration() {
        const net::Deadline whole(socket_->get_executor(), reception_->step, [this] { socket_->close(); });
        auto& early = socket_->early();
        while (early.size() < wire::repeater_block_bytes + wire::detail::version_bytes) {
            const auto more = co_await socket_->read_more(reception_->step);
            if (more.has_error()) co_return false;
        }
        const auto block = wire::read_repeater_block(ByteView(early).first(wire::repeater_block_bytes));
        early.erase(early.begin(), early.begin() + wire::repeater_block_bytes);
        const auto version = wire::detail::read_version(early);
        const auto* id = block.has_value() ? std::get_if<wire::RepeaterId>(&block.value()) : nullptr;
        if (!id || version.has_error()) {
            log::warning("{} registered as a VNC server, but in no way the hub understands", address_);
            co_return false;
        }
        hello_ = {id->id, id->secret, spoken(early)};
        co_return true;
    }

    asio::awaitable<std::optional<hub::Hub::ServerRefusal>> try_to_register() {
        auto trying = [this](Desk& desk) { return enter(desk); };
        co_return co_await reception_->door->hub->ask(std::move(trying));
    }

    /// On the hub's thread.
    std::optional<hub::Hub::ServerRefusal> enter(Desk& desk) {
        auto& hub = *reception_->door->hub;
        if (!desk.attempts.allowed(address_))
            return hub::Hub::ServerRefusal{{Code::too_many_attempts, "Too many wrong tickets came from this address.", ""}};
        peer_.emplace(hub, hub.add_channel(channel_));  // first: it leaves, too, if the rest throws
        auto refused = desk.hub.server_joined(peer_->id(), hello_, address_);
        if (!refused) return std::nullopt;
        peer_.reset();
        const auto code = refused->error.code;
        if (code == Code::ticket_unknown || code == Code::wrong_password) desk.attempts.missed(address_);
        return refused;
    }

    /// Whoever has the place has a few seconds to prove alive.
    asio::awaitable<void> look_at(hub::PeerId rival) {
        auto* hub = reception_->door->hub;
        hub->post([hub, rival](Desk&) { hub->probe(rival); });
        asio::steady_timer moment(socket_->get_executor(), reception_->last_look);
        ErrorCode ignored;
        co_await moment.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    void wait_watchfully() {
        socket_->keep_alive(while_waiting);
        channel_->on_probe([socket = std::weak_ptr(socket_)] {
            if (const auto still = socket.lock()) look_closely(still);
        });
        socket_->watch([channel = std::weak_ptr(channel_)] {
            if (const auto still = channel.lock()) still->hang_up();
        });
    }

    asio::awaitable<void> serve() {
        for (;;) {
            auto heard = co_await channel_->receive();
            if (!heard) co_return;
            if (auto* ask = std::get_if<control::SessionAsk>(&heard->message)) {
                const bool lives = co_await answer(std::move(*ask));
                if (!lives) co_return;
            } else if (const auto* stream = std::get_if<control::SessionStream>(&heard->message)) {
                const bool seated = co_await take_place(*stream);
                if (!seated) co_return;
            } else if (std::holds_alternative<control::SessionEnded>(heard->message)) {
                // Without a session's handshake the server waits on; its picture can be given once only.
                if (init_) co_return;
            }
        }
    }

    /// An operator wants the screen: the RFB handshake is the server's consent. False: the server is of no more use.
    asio::awaitable<bool> answer(control::SessionAsk ask) {
        socket_->stop_watching();
        const auto problem = co_await greet(ask.password);
        wipe(ask.password);
        control::SessionAnswer answer;
        answer.session = ask.session;
        answer.granted = !problem;
        if (problem) {
            answer.problem = problem->code;
            answer.message = problem->message;
        }
        const bool lives = answer.granted || answer.problem == Code::password_wanted;
        peer_->say(std::move(answer));
        if (lives) wait_watchfully();
        co_return lives;
    }

    /// Up to ServerInit, or why not. Stops where a password is wanted and none is there: the next one who asks may know it.
    asio::awaitable<std::optional<control::Error>> greet(std::string password) {
        const net::Deadline whole(socket_->get_executor(), reception_->step, [this] { socket_->close(); });
        for (;;) {
            if (handshake_.wants_password()) {
                if (password.empty()) co_return control::Error{Code::password_wanted, "The VNC server asks for a password of its own. A standard viewer needs a one-time pass that brings it.", {}};
                const auto reply = handshake_.give_password(password);
                wipe(password);
                const auto sent = co_await socket_->write(ByteView(reply.value().reply), reception_->step);
                if (sent.has_error()) co_return lost(sent.error());
            }
            const auto moved = co_await advance_once(*socket_, handshake_, reception_->step);
            if (moved.has_error()) co_return lost(moved.error());
            if (!moved.value().done) continue;
            init_ = handshake_.server_init();
            co_return std::nullopt;
        }
    }

    control::Error lost(const ErrorCode& error) const {
        const auto said = presentable(handshake_.reason(), 200);
        const auto words = said.empty() ? std::string() : " (it said: " + said + ")";
        if (handshake_.failure() == wire::WireError::wrong_password)
            return {Code::wrong_password, "The VNC server did not take the password" + words + ". It has to register again.", {}};
        if (handshake_.failure()) return {Code::offline, "The VNC server refused the connection" + words + ".", {}};
        return {Code::offline, "The VNC server could not be reached any more: " + error.message() + ".", {}};
    }

    asio::awaitable<bool> take_place(control::SessionStream stream) {
        const auto seat = co_await net::find_seat(reception_->door, std::move(stream));
        if (!seat || !init_ || given_) co_return false;
        net::Joining joining;
        joining.connection = socket_->hand_over();
        joining.greeted = init_;
        given_ = true;
        seat->relay->join(seat->side, std::move(joining));
        co_return true;
    }

    std::shared_ptr<VncSocket> socket_;
    std::shared_ptr<InnerChannel> channel_;
    std::string address_;
    net::Admission::Place place_;
    std::shared_ptr<const Reception> reception_;
    hub::ServerHello hello_;
    std::optional<HubPeer> peer_;
    wire::HostHandshake handshake_;
    std::optional<wire::ServerInit> init_;  ///< once its handshake is over
    bool given_ = false;                    ///< its connection is the relay's
};

}  // namespace

asio::awaitable<void> serve_server(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                   std::shared_ptr<const Reception> reception) {
    Server server(std::move(socket), std::move(address), std::move(place), std::move(reception));
    co_await server.run();
}

}  // namespace pronto::standard
