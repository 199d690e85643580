#include "repeater/net/relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include "repeater/net/deadline.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::net {

namespace {

using Cause = hub::StreamEnd::Cause;

hub::StreamEnd ending(Cause cause, std::string detail = {}) {
    hub::StreamEnd end;
    end.cause = cause;
    end.detail = std::move(detail);
    return end;
}

/// A leg whose peer closed it is not one that the network lost.
hub::StreamEnd ending_by(Cause cause, const ErrorCode& error) {
    auto end = ending(cause);
    end.chosen = error == asio::error::eof || error == asio::error::connection_reset || error == asio::error::broken_pipe;
    return end;
}

/// An agent serves without a password; for another there is none here.
bool asks_password(const wire::HostHandshake& handshake) { return handshake.wants_password(); }
bool asks_password(const wire::ViewerHandshake&) { return false; }
bool asks_password(const wire::ViewerLogin&) { return false; }

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
            if (asks_password(handshake)) co_return make_error_code(wire::WireError::no_common_security);
            if (step.consumed == 0 || early.empty()) break;
        }
    }
}

bool is_wire_error(const ErrorCode& error) {
    return error.category() == make_error_code(wire::WireError::not_rfb).category();
}

}  // namespace

Relay::Relay(asio::io_context& thread, hub::StreamGrant grant, OpenMovie open_movie, std::function<void(End)> ended,
             std::function<void()> streaming, Millis step_deadline)
    : thread_(thread),
      grant_(std::move(grant)),
      open_movie_(std::move(open_movie)),
      ended_(std::move(ended)),
      streaming_(std::move(streaming)),
      step_deadline_(step_deadline),
      tick_(thread) {}

hub::Traffic Relay::traffic() const {
    return {to_viewer_.load(std::memory_order_relaxed), to_host_.load(std::memory_order_relaxed)};
}

void Relay::close(std::string words) {
    asio::post(thread_, [self = shared_from_this(), words = std::move(words)]() mutable {
        self->farewell_ = std::move(words);
        self->end(ending(Cause::closed_by_hub));
        if (!self->running_) self->report();
    });
}

void Relay::end(End why) {
    if (end_) return;
    end_ = std::move(why);
    tick_.cancel();
    if (host_) host_->close();
    if (viewer_ && !viewer_waits()) viewer_->close();
    if (!viewer_waits()) return;
    const auto words = !farewell_.empty() ? farewell_ : end_->detail.empty() ? "The connection to the guest was lost." : end_->detail;
    auto task = say_farewell(shared_from_this(), words);
    asio::co_spawn(thread_, std::move(task), asio::detached);
}

/// A standard viewer that has shown who it is and waits for its SecurityResult: it can still be told why not.
bool Relay::viewer_waits() const {
    return viewer_ && login_ && login_->needs() == wire::ViewerLogin::Need::decision;
}

asio::awaitable<void> Relay::say_farewell(std::shared_ptr<Relay> self, std::string words) {
    constexpr Millis moment{3'000};
    const auto leg = self->viewer_;
    const Deadline deadline(self->thread_.get_executor(), moment, [&leg] { leg->close(); });
    const auto refusal = self->login_->refused(words);
    co_await leg->write(ByteView(refusal));
    leg->close();
}

void Relay::report() {
    const auto ended = std::exchange(ended_, nullptr);
    if (!ended) return;
    end_->traffic = traffic();
    close_movie();
    end_->parts = parts_;
    ended(*end_);
}

void Relay::pause_recording() {
    asio::post(thread_, [self = shared_from_this()] {
        if (self->movie_) self->movie_->pause();
        self->close_movie();
        self->recording_paused_ = true;  // also if no picture has come yet
    });
}

void Relay::close_movie() {
    if (movie_) parts_ = movie_->parts();
    tap_.reset();
    movie_.reset();
}

void Relay::join(hub::Side side, Joining joining) {
    auto task = bring_in(shared_from_this(), side, std::move(joining));
    asio::co_spawn(thread_, std::move(task), asio::detached);
}

asio::awaitable<void> Relay::bring_in(std::shared_ptr<Relay> self, hub::Side side, Joining joining) {
    const std::shared_ptr<Leg> leg = joining.connection->land(self->thread_);
    const bool accepted = co_await self->accept(*leg, side);
    auto& place = side == hub::Side::host ? self->host_ : self->viewer_;
    if (!accepted || self->end_ || place) co_return leg->close();
    place = leg;
    if (joining.greeted) self->greeted_ = std::move(joining.greeted);
    if (joining.login) self->login_ = std::move(joining.login);
    if (!self->host_ || !self->viewer_) co_return;
    self->running_ = true;
    try {
        co_await self->run();
    } catch (const std::exception& problem) {
        log::error("session {}: {}", self->grant_.session, problem.what());
        self->end(ending(Cause::violation, "the hub could not go on; its log says why"));
    }
    self->report();
}

/// Whether the leg took the answer to its upgrade. One that takes too long ends the stream.
asio::awaitable<bool> Relay::accept(Leg& leg, hub::Side side) {
    bool late = false;
    const Deadline deadline(thread_.get_executor(), step_deadline_, [&leg, &late] {
        late = true;
        leg.close();
    });
    const auto accepted = co_await leg.accept();
    if (late && !running_) {
        end(ending(Cause::violation, too_slow(side, "take the answer to its upgrade")));
        report();
    }
    co_return accepted.has_value() && !late;
}

std::string Relay::too_slow(hub::Side side, std::string_view what) const {
    return fmt::format("the {} did not {} in {:g} s", side == hub::Side::host ? "guest's side" : "viewer", what,
                       std::chrono::duration<double>(step_deadline_).count());
}

asio::awaitable<void> Relay::run() {
    using namespace asio::experimental::awaitable_operators;
    auto failed = co_await shake_hands();
    if (failed) end(std::move(*failed));
    if (end_) co_return;
    streaming_();
    auto pictures = pump_pictures();
    auto input = pump_input();
    auto watching = watch();
    auto all = std::move(pictures) && std::move(input) && std::move(watching);
    co_await std::move(all);
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
        end(ending(Cause::violation, too_slow(hub::Side::host, "finish the RFB handshake")));
    });
    wire::HostHandshake host;
    const auto done = co_await shake(*host_, host, host_early_);
    if (done.has_error()) {
        if (!is_wire_error(done.error())) co_return ending(Cause::host_closed);
        co_return ending(Cause::violation,
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
        end(ending(Cause::violation, too_slow(hub::Side::viewer, "finish the RFB handshake")));
    });
    if (login_) {
        const auto taken = co_await let_in(*login_);
        if (taken.has_value()) co_return std::nullopt;
        if (!is_wire_error(taken.error())) co_return ending(Cause::viewer_closed);
        co_return ending(Cause::violation, "the viewer: " + taken.error().message());
    }
    wire::ViewerHandshake viewer(shown_);
    const auto greeting = viewer.greeting();
    const auto greeted = co_await viewer_->write(ByteView(greeting));
    if (greeted.has_error()) co_return ending(Cause::viewer_closed);
    const auto done = co_await shake(*viewer_, viewer, viewer_early_);
    if (done.has_value()) co_return std::nullopt;
    if (!is_wire_error(done.error())) co_return ending(Cause::viewer_closed);
    co_return ending(Cause::violation, "the viewer: " + done.error().message());
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

rfb::MovieSink* Relay::open_movie() {
    if (!grant_.recorded || recording_paused_) return nullptr;
    auto failed = [weak = weak_from_this()](std::string why) {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->thread_, [self, why = std::move(why)] { self->end(ending(Cause::recording_failed, why)); });
    };
    movie_ = open_movie_(grant_, std::move(failed));
    return movie_.get();
}

/// Measures, checks and taps what the host sent; says why it must not pass. `bytes` then are what the viewer gets: all
/// of them, or without the cut text where the clipboard stays.
std::optional<hub::StreamEnd> Relay::take_pictures(ByteView& bytes) {
    bool taken_out = false;
    for (ByteView rest = bytes; !rest.empty();) {
        const auto piece = server_stream_->next(rest);
        if (piece.has_error()) return ending(Cause::violation, "the guest's screen server: " + piece.error().message());
        const auto run = rest.first(piece.value().size);
        if (tap_) tap_->take(run, piece.value(), *server_stream_);
        if (!grant_.clipboard && piece.value().type == wire::server::cut_text) {
            if (!std::exchange(taken_out, true)) kept_.assign(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(rest.size()));
        } else if (taken_out) {
            append(kept_, run);
        }
        rest = rest.subspan(run.size());
    }
    if (taken_out) bytes = kept_;
    return std::nullopt;
}

asio::awaitable<void> Relay::pump_pictures() {
    const Bytes early = std::exchange(host_early_, {});
    Result<ByteView> got = ByteView(early);
    for (;;) {
        if (got.has_error()) co_return end(ending(Cause::host_closed));
        ByteView passing = got.value();
        auto refused = take_pictures(passing);
        if (refused) co_return end(std::move(*refused));
        if (!passing.empty()) {
            const std::size_t size = passing.size();
            pictures_.writing = true;
            const auto sent = co_await viewer_->write(passing);
            pictures_.writing = false;
            if (sent.has_error()) co_return end(ending_by(Cause::viewer_closed, sent.error()));
            to_viewer_.fetch_add(size, std::memory_order_relaxed);
        }
        got = co_await host_->read();
    }
}

asio::awaitable<void> Relay::pump_input() {
    const Bytes early = std::exchange(viewer_early_, {});
    Result<ByteView> got = ByteView(early);
    Bytes passing;
    for (;;) {
        if (got.has_error()) co_return end(ending_by(Cause::viewer_closed, got.error()));
        passing.clear();
        const auto filtered = filter_->feed(got.value(), passing);
        if (filtered.has_error()) co_return end(ending(Cause::violation, "the viewer: " + filtered.error().message()));
        if (!passing.empty()) {
            input_.writing = true;
            const auto sent = co_await host_->write(ByteView(passing));
            input_.writing = false;
            if (sent.has_error()) co_return end(ending(Cause::host_closed));
            to_host_.fetch_add(passing.size(), std::memory_order_relaxed);
        }
        got = co_await viewer_->read();
    }
}

asio::awaitable<void> Relay::watch() {
    while (!end_) {
        ErrorCode cancelled;
        tick_.expires_after(StallWatch::tick);
        co_await tick_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (end_) co_return;
        if (pictures_.watch.stalled(pictures_.writing, viewer_->taken()))
            end(ending(Cause::viewer_closed, "the viewer took nothing for 30 s"));
        if (input_.watch.stalled(input_.writing, host_->taken()))
            end(ending(Cause::host_closed, "the guest's side took nothing for 30 s"));
    }
}

}  // namespace pronto::net
