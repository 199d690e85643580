#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "rfb-ext/tunnel/hub_link.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/handshake.hpp"
#include "tests/bench/relay/dialling.hpp"
#include "tests/bench/relay/pairs.hpp"

namespace pronto::bench {

namespace {

namespace asio = boost::asio;
using tunnel::HubLink;
using tunnel::TlsStream;

/// Messages of one link, waited for by type from another thread.
class Inbox {
public:
    void put(control::Message message) {
        const std::lock_guard lock(mutex_);
        messages_.push_back(std::move(message));
        arrived_.notify_all();
    }
    /// The first message of this type; what came before it stays for others. Throws after 20 s.
    template <class Wanted, class Which>
    Wanted wait(Which which) {
        std::unique_lock lock(mutex_);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        for (;;) {
            for (auto at = messages_.begin(); at != messages_.end(); ++at) {
                if (const auto* refused = std::get_if<control::Refused>(&*at))
                    throw std::runtime_error("the hub refused: " + refused->error.message);
                const auto* found = std::get_if<Wanted>(&*at);
                if (!found || !which(*found)) continue;
                Wanted taken = *found;
                messages_.erase(at);
                return taken;
            }
            if (arrived_.wait_until(lock, deadline) == std::cv_status::timeout)
                throw std::runtime_error(fmt::format("the hub sent no {} in 20 s", Wanted::type));
        }
    }
    template <class Wanted>
    Wanted wait() {
        return wait<Wanted>([](const Wanted&) { return true; });
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<control::Message> messages_;
};

/// A link and what it received.
struct Peer {
    Peer(const HubLogin& login, control::Role role, const std::string& ticket)
        : link(login.address, tunnel::Trust{{login.pin}}, events()) {
        control::Hello hello;
        hello.role = role;
        hello.software = "bench";
        hello.host_name = "BENCH";
        hello.ticket = ticket;
        if (role == control::Role::operator_)
            link.open(hello, tunnel::Login{login.user, login.password});
        else
            link.open(hello);
        me = inbox.wait<control::Welcome>();
    }
    HubLink::Events events() {
        HubLink::Events events;
        events.opened = [this](const control::Welcome& welcome) { inbox.put(welcome); };
        events.received = [this](const control::Envelope& envelope) { inbox.put(envelope.message); };
        events.failed = [this](const tunnel::LinkFailure& failure) { inbox.put(control::Refused{failure.error}); };
        return events;
    }
    Inbox inbox;
    HubLink link;
    control::Welcome me;
};

class HubPairs final : public Pairs {
public:
    HubPairs(HubLogin login, const Traffic& traffic)
        : login_(std::move(login)), traffic_(traffic), tls_(tunnel::client_context({{login_.pin}})), console_(login_, control::Role::operator_, "") {}

    Pair make(asio::io_context& hosts, asio::io_context& viewers) override {
        console_.link.send(control::TicketNew{});
        const auto ticket = console_.inbox.wait<control::TicketCreated>().ticket;
        guests_.push_back(std::make_unique<Peer>(login_, control::Role::guest, ticket));
        auto& guest = *guests_.back();
        console_.link.send(control::SessionRequest{guest.me.peer, control::Mode::control});
        const auto ask = guest.inbox.wait<control::SessionAsk>();
        guest.link.send(control::SessionAnswer{ask.session, true});
        const auto host_stream = guest.inbox.wait<control::SessionStream>();
        const auto viewer_stream = console_.inbox.wait<control::SessionStream>(
            [&](const control::SessionStream& stream) { return stream.session == ask.session; });
        auto host = asio::co_spawn(hosts, open_host(host_stream), asio::use_future);
        auto viewer = asio::co_spawn(viewers, open_viewer(viewer_stream), asio::use_future);
        return {host.get(), viewer.get()};
    }

private:
    using Stream = std::shared_ptr<TlsStream>;

    asio::awaitable<Stream> open(control::SessionStream which) {
        auto stream = co_await dial_loopback(login_.address.port, tls_.get());
        const std::string request = fmt::format(
            "GET /api/v1/sessions/{}/streams/{} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\n"
            "Upgrade: pronto-stream\r\nAuthorization: Bearer {}\r\n\r\n",
            which.session, which.stream, which.token);
        co_await stream->write(as_bytes(request));
        std::string head;
        while (head.size() < 4 || head.substr(head.size() - 4) != "\r\n\r\n") {
            Byte one = 0;
            const auto got = co_await stream->read(std::span<Byte>(&one, 1));
            if (got.has_error()) throw std::runtime_error("the hub closed a stream");
            head += static_cast<char>(one);
        }
        if (head.rfind("HTTP/1.1 101", 0) != 0) throw std::runtime_error("the hub refused a stream: " + head);
        co_return stream;
    }

    asio::awaitable<Stream> open_host(control::SessionStream which) {
        auto stream = co_await open(which);
        wire::ViewerHandshake handshake(traffic_.init);
        const auto greeting = handshake.greeting();
        co_await stream->write(ByteView(greeting));
        co_await finish(*stream, handshake);
        co_await await_encodings(*stream);
        co_return stream;
    }

    /// No host sends pictures before it was asked for them.
    static asio::awaitable<void> await_encodings(TlsStream& stream) {
        Bytes buffer(4096);
        const auto got = co_await stream.read(buffer);
        if (got.has_error() || buffer[0] != wire::client::set_encodings) throw std::runtime_error("the viewer asked for nothing");
    }

    asio::awaitable<Stream> open_viewer(control::SessionStream which) {
        auto stream = co_await open(which);
        wire::HostHandshake handshake;
        co_await finish(*stream, handshake);
        // What the captured traffic holds must have been asked for.
        namespace encoding = wire::encoding;
        const auto wanted = wire::write_set_encodings({encoding::tight, encoding::copy_rect, encoding::hextile, encoding::raw,
                                                       encoding::cursor, encoding::desktop_size, encoding::last_rect});
        co_await stream->write(ByteView(wanted));
        co_return stream;
    }

    template <class Handshake>
    static asio::awaitable<void> finish(TlsStream& stream, Handshake& handshake) {
        Bytes held;
        for (;;) {
            Bytes buffer(4096);
            const auto got = co_await stream.read(buffer);
            if (got.has_error()) throw std::runtime_error("an RFB handshake was cut");
            append(held, ByteView(buffer).first(got.value()));
            for (bool more = true; more;) {
                const auto step = handshake.feed(held).value();
                held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(step.consumed));
                if (!step.reply.empty()) co_await stream.write(ByteView(step.reply));
                if (step.done) co_return;
                more = step.consumed > 0 && !held.empty();
            }
        }
    }

    const HubLogin login_;
    const Traffic& traffic_;
    tunnel::TlsContext tls_;
    Peer console_;
    std::vector<std::unique_ptr<Peer>> guests_;
};

}  // namespace

std::unique_ptr<Pairs> pairs_through_hub(const HubLogin& login, const Traffic& traffic) {
    return std::make_unique<HubPairs>(login, traffic);
}

}  // namespace pronto::bench
