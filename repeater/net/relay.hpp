#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "repeater/net/hub_thread.hpp"
#include "repeater/net/leg.hpp"
#include "repeater/net/stall.hpp"
#include "repeater/rfb/filter.hpp"
#include "repeater/rfb/tap.hpp"
#include "rfb-ext/wire/server_stream.hpp"
#include "rfb-ext/wire/viewer_login.hpp"

namespace pronto::net {

/// Opens the movie of a session, or returns nothing if it is not recorded. `failed` is called once (any thread) when the
/// policy wants the session ended because the movie cannot be written.
using OpenMovie = std::function<std::unique_ptr<rfb::MovieSink>(const hub::StreamGrant&, std::function<void(std::string why)> failed)>;

/// One end of a stream as it comes to the relay. Programs of ours still have their whole RFB handshake before them.
struct Joining {
    std::unique_ptr<Arrival> connection;
    std::optional<wire::ServerInit> greeted;      ///< a VNC server whose handshake is over: what it said last
    std::unique_ptr<wire::ViewerLogin> login;     ///< a standard viewer that waits for its SecurityResult
};

/// The stream of one viewer leg: takes both ends in, terminates both RFB handshakes, then pumps, filtering and tapping what
/// passes. Everything happens on one relay thread but close() and traffic(), which any thread may call.
class Relay final : public Stream, public std::enable_shared_from_this<Relay> {
public:
    /// No leg may take more than this for its upgrade, nor for its RFB handshake once it is its turn.
    static constexpr Millis usual_deadline{10'000};

    Relay(asio::io_context& thread, hub::StreamGrant grant, OpenMovie open_movie,
          std::function<void(hub::StreamEnd)> ended, std::function<void()> streaming,
          Millis step_deadline = usual_deadline);

    asio::io_context& thread() const { return thread_; }
    /// A leg comes in; the connection has been released from its own thread. Any thread.
    void join(hub::Side side, Joining joining);

    void close(std::string words) override;
    void pause_recording() override;
    hub::Traffic traffic() const override;

private:
    using End = hub::StreamEnd;
    using Awaitable = asio::awaitable<void>;

    static Awaitable bring_in(std::shared_ptr<Relay> self, hub::Side side, Joining joining);
    Awaitable run();
    asio::awaitable<bool> accept(Leg& leg, hub::Side side);
    asio::awaitable<std::optional<End>> shake_hands();
    asio::awaitable<std::optional<End>> greet_host();
    asio::awaitable<std::optional<End>> greet_viewer();
    asio::awaitable<Result<void>> let_in(wire::ViewerLogin& login);
    void close_viewer();
    static Awaitable say_farewell(std::shared_ptr<Relay> self, std::string words);
    void host_is(const wire::ServerInit& init);
    End too_slow(hub::Side side, std::string_view what) const;
    Awaitable pump_pictures();
    Awaitable pump_input();
    Awaitable watch();
    std::optional<End> take_pictures(ByteView& bytes);
    rfb::MovieSink* open_movie();
    void close_movie();
    /// Names the end (the first one counts) and closes both legs, which ends whatever still waits.
    void end(End why);
    void report();

    /// For watch() to see a leg that takes nothing.
    struct Direction {
        bool writing = false;
        StallWatch watch;
    };

    asio::io_context& thread_;
    const hub::StreamGrant grant_;
    OpenMovie open_movie_;
    std::function<void(End)> ended_;
    std::function<void()> streaming_;
    const Millis step_deadline_;

    std::shared_ptr<Leg> host_;
    std::shared_ptr<Leg> viewer_;
    std::optional<wire::ServerInit> greeted_;
    std::unique_ptr<wire::ViewerLogin> login_;
    Bytes host_early_;        ///< came behind the host's handshake
    Bytes viewer_early_;      ///< came behind the viewer's
    Bytes kept_;              ///< what remains of a read that cut text was taken out of
    wire::ServerInit shown_;  ///< the screen as the viewer is told of it
    std::optional<wire::ServerStream> server_stream_;
    std::optional<rfb::ClientFilter> filter_;
    std::unique_ptr<rfb::MovieSink> movie_;
    std::optional<rfb::MovieTap> tap_;
    int parts_ = 0;  ///< of the movie, once it is closed
    asio::steady_timer tick_;
    Direction pictures_;
    Direction input_;
    std::optional<End> end_;
    std::string farewell_;  ///< to a standard viewer that was not let in; empty: what the end says
    bool running_ = false;
    bool recording_paused_ = false;
    std::atomic<std::uint64_t> to_viewer_{0};
    std::atomic<std::uint64_t> to_host_{0};
};

}  // namespace pronto::net
