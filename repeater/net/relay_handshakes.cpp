#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include "repeater/net/deadline.hpp"
#include "repeater/net/relay.hpp"
#include "repeater/net/stream_end.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/wire/handshake.hpp"

// A stream's beginning: both RFB handshakes, or why a viewer is not let in. What follows is in relay.cpp.
namespace pronto::net {

namespace {

using Cause = hub::StreamEnd::Cause;

/// Runs one RFB handshake over a leg; what came behind it goes to `early`.
template <class Handshake>
asio::awaitable<Result<void>> shake(Leg& leg, Handshake& handshake, Bytes& early) {
    for (;;) {
        const auto got = co_await leg.read();
        if (got.has_error()) co_return got.error();
        append(early, got.value());
        for (;;) {
            const auto progress = handshake.feed(early);
            if (progress.has_error()) co_return progress.error();
            const auto& step = progress.value();
            early.erase(early.begin(), early.begin() + static_cast<std::ptrdiff_t>(step.consumed));
            if (!step.reply.empty()) {
                const auto sent = co_await leg.write(ByteView(step.reply));
                if (sent.has_error()) co_return sent.error();
            }
            if (step.done) co_return Result<void>();
            // An agent serves without a password; for another there is none here.
            if constexpr (requires { handshake.wants_password(); })
                if (handshake.wants_password()) co_return make_error_code(wire::WireError::no_common_security);
            if (step.consumed == 0 || early.empty()) break;
        }
    }
}

bool is_wire_error(const ErrorCode& error) {
    return error.category() == make_error_code(wire::WireError::not_rfb).category();
}

}  // namespace

/// The network may be to blame: a leg that is lost, not one that does wrong.
hub::StreamEnd Relay::too_slow(hub::Side side, std::string_view what) const {
    const bool host = side == hub::Side::host;
    return stream_end(host ? Cause::host_closed : Cause::viewer_closed,
                      fmt::format("the {} did not {} in {:g} s", host ? "guest's side" : "viewer", what,
                                  std::chrono::duration<double>(step_deadline_).count()));
}

asio::awaitable<std::optional<hub::StreamEnd>> Relay::shake_hands() {
    auto failed = co_await greet_host();
    if (failed) co_return failed;
    co_return co_await greet_viewer();
}

asio::awaitable<std::optional<hub::StreamEnd>> Relay::greet_host() {
    if (greeted_) {
        host_is(*greeted_);
        co_return std::nullopt;
    }
    const Deadline deadline(thread_.get_executor(), step_deadline_, [this] {
        end(too_slow(hub::Side::host, "finish the RFB handshake"));
    });
    wire::HostHandshake host;
    const auto done = co_await shake(*host_, host, host_early_);
    if (done.has_error()) {
        if (!is_wire_error(done.error())) co_return stream_end(Cause::host_closed);
        co_return stream_end(Cause::violation,
                         fmt::format("the guest's screen server: {}{}{}", done.error().message(),
                                     host.reason().empty() ? "" : ": ", presentable(host.reason(), 200)));
    }
    host_is(host.server_init());
    co_return std::nullopt;
}

void Relay::host_is(const wire::ServerInit& init) {
    server_stream_.emplace(init);
    filter_.emplace(grant_.mode == control::Mode::control ? rfb::Permission::control : rfb::Permission::view,
                    grant_.clipboard ? rfb::Clipboard::passes : rfb::Clipboard::stays, *server_stream_);
    if (auto* sink = open_movie()) tap_.emplace(init, *sink);
    shown_ = init;
    if (!grant_.desktop_name.empty()) shown_.name = grant_.desktop_name;
}

asio::awaitable<std::optional<hub::StreamEnd>> Relay::greet_viewer() {
    const Deadline deadline(thread_.get_executor(), step_deadline_, [this] {
        end(too_slow(hub::Side::viewer, "finish the RFB handshake"));
    });
    if (login_) {
        const auto taken = co_await let_in(*login_);
        if (taken.has_value()) co_return std::nullopt;
        if (!is_wire_error(taken.error())) co_return stream_end(Cause::viewer_closed);
        co_return stream_end(Cause::violation, "the viewer: " + taken.error().message());
    }
    wire::ViewerHandshake viewer(shown_);
    const auto greeting = viewer.greeting();
    const auto greeted = co_await viewer_->write(ByteView(greeting));
    if (greeted.has_error()) co_return stream_end(Cause::viewer_closed);
    const auto done = co_await shake(*viewer_, viewer, viewer_early_);
    if (done.has_value()) co_return std::nullopt;
    if (!is_wire_error(done.error())) co_return stream_end(Cause::viewer_closed);
    co_return stream_end(Cause::violation, "the viewer: " + done.error().message());
}

/// The rest of a standard viewer's handshake: SecurityResult, ClientInit, ServerInit.
asio::awaitable<Result<void>> Relay::let_in(wire::ViewerLogin& login) {
    const auto accepted = login.accepted();
    const auto told = co_await viewer_->write(ByteView(accepted));
    if (told.has_error()) co_return told.error();
    const auto done = co_await shake(*viewer_, login, viewer_early_);
    if (done.has_error()) co_return done.error();
    const auto init = wire::write(shown_);
    co_return co_await viewer_->write(ByteView(init));
}

/// A standard viewer that has shown who it is and waits for its SecurityResult can still be told why not.
void Relay::close_viewer() {
    if (!login_ || login_->needs() != wire::ViewerLogin::Need::decision) return viewer_->close();
    const auto& words = farewell_.empty() ? end_->detail : farewell_;
    auto task = say_farewell(shared_from_this(), words.empty() ? "The connection to the guest was lost." : words);
    asio::co_spawn(thread_, std::move(task), asio::detached);
}

asio::awaitable<void> Relay::say_farewell(std::shared_ptr<Relay> self, std::string words) {
    constexpr Millis moment{3'000};
    const auto leg = self->viewer_;
    const Deadline deadline(self->thread_.get_executor(), moment, [&leg] { leg->close(); });
    const auto refusal = self->login_->refused(words);
    co_await leg->write(ByteView(refusal));
    leg->close();
}

}  // namespace pronto::net
