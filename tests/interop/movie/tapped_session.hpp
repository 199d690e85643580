#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "repeater/rfb/filter.hpp"
#include "repeater/rfb/tap.hpp"
#include "rfb-ext/wire/server_stream.hpp"
#include "tests/interop/movie/sockets.hpp"

namespace pronto::interop {

/// Takes a copy of all that passes, by direction and stage.
struct Witness {
    enum class What { host_handshake, viewer_handshake, server_messages, client_messages };
    std::function<void(What, ByteView)> saw = [](What, ByteView) {};
};

/// A connection to a real VNC server (security None), put through the hub's own handshake, filter, measure and tap; the
/// viewer is either a real one or the commands here. Blocking; everything throws std::runtime_error, a stream that the
/// hub would end among it.
class TappedSession {
public:
    TappedSession(std::uint16_t server, rfb::MovieSink& sink, Witness witness = {});

    /// Takes a real viewer instead of the commands below.
    void serve(Listener& listener);

    /// As a viewer: asks for the first picture, and from then on for the next one whenever one has come.
    void begin(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings);
    /// As a viewer: another pixel format (and other encodings) once the update that is awaited has come.
    void ask_next(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings);

    int host_fd() const { return host_.fd(); }
    /// -1: there is no real viewer.
    int viewer_fd() const { return viewer_ ? viewer_->fd() : -1; }
    /// Passes on what has come. False: that side has closed.
    bool pass_pictures();
    bool pass_input();

    /// How many updates came whole.
    int updates() const { return updates_; }
    /// True if the format asked for last is in force.
    bool settled() const { return !next_; }
    Size screen() const { return stream_.screen(); }

private:
    struct Wish {
        wire::PixelFormat format;
        std::vector<std::int32_t> encodings;
    };
    wire::ServerInit greet_host();
    void ask(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings);
    void take(ByteView bytes);
    void update_came();
    void input(ByteView bytes);
    void request(bool incremental);

    Witness witness_;
    Socket host_;
    Bytes early_;  ///< behind ServerInit
    wire::ServerInit init_;
    wire::ServerStream stream_;
    rfb::ClientFilter filter_;
    rfb::MovieTap tap_;
    std::optional<Socket> viewer_;
    std::optional<Wish> next_;
    bool asking_ = false;
    Size asked_screen_;
    int updates_ = 0;
};

}  // namespace pronto::interop
