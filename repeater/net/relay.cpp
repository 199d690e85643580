#include "repeater/net/relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "repeater/net/deadline.hpp"
#include "repeater/net/stream_end.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::net {

namespace {

using Cause = hub::StreamEnd::Cause;

/// A leg whose peer closed it is not one that the network lost.
hub::StreamEnd ending_by(Cause cause, const ErrorCode& error) {
    auto end = stream_end(cause);
    end.chosen = error == asio::error::eof || error == asio::error::connection_reset || error == asio::error::broken_pipe;
    return end;
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
        self->end(stream_end(Cause::closed_by_hub));
        if (!self->running_) self->report();
    });
}

void Relay::end(End why) {
    if (end_) return;
    end_ = std::move(why);
    tick_.cancel();
    if (host_) host_->close();
    if (viewer_) close_viewer();
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
        self->end(stream_end(Cause::violation, "the hub could not go on; its log says why"));
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
        end(too_slow(side, "take the answer to its upgrade"));
        report();
    }
    co_return accepted.has_value() && !late;
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

rfb::MovieSink* Relay::open_movie() {
    if (!grant_.recorded || recording_paused_) return nullptr;
    auto failed = [weak = weak_from_this()](std::string why) {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->thread_, [self, why = std::move(why)] { self->end(stream_end(Cause::recording_failed, why)); });
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
        if (piece.has_error()) return stream_end(Cause::violation, "the guest's screen server: " + piece.error().message());
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
        if (got.has_error()) co_return end(stream_end(Cause::host_closed));
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
        if (filtered.has_error()) co_return end(stream_end(Cause::violation, "the viewer: " + filtered.error().message()));
        if (!passing.empty()) {
            input_.writing = true;
            const auto sent = co_await host_->write(ByteView(passing));
            input_.writing = false;
            if (sent.has_error()) co_return end(stream_end(Cause::host_closed));
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
            end(stream_end(Cause::viewer_closed, "the viewer took nothing for 30 s"));
        if (input_.watch.stalled(input_.writing, host_->taken()))
            end(stream_end(Cause::host_closed, "the guest's side took nothing for 30 s"));
    }
}

}  // namespace pronto::net
