#pragma once

#include <cstddef>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/server_stream.hpp"

namespace pronto::rfb {

/// Takes a movie's messages as they pass. Called on the relay's thread: must not block.
class MovieSink {
public:
    virtual ~MovieSink() = default;
    /// Before the first message, and before the first one in another pixel format, which needs a part of its own: size
    /// and pixel format as they are when that update begins. The server's zlib streams go on.
    virtual void header(const wire::ServerInit& init) = 0;
    /// A whole server message of type 0 (FramebufferUpdate) or 1 (SetColourMapEntries).
    virtual void message(Bytes message) = 0;
    /// Once: a message was over the tap's limit. Nothing more comes, since what follows needs what was lost.
    virtual void too_large() = 0;
    /// Nothing more comes: somebody wants what follows not to be recorded.
    virtual void pause() = 0;
    /// How many parts have begun, each with a header.
    virtual int parts() const = 0;
};

/// Puts together the picture messages of one stream from the pieces that ServerStream finds, and hands them to a sink.
class MovieTap {
public:
    static constexpr std::size_t longest_message_bytes = 64 * 1024 * 1024;

    /// `init` is the host's, before any resize. `sink` has to outlive the tap.
    MovieTap(wire::ServerInit init, MovieSink& sink, std::size_t limit = longest_message_bytes)
        : init_(std::move(init)), sink_(sink), limit_(limit) {}

    /// Every piece in order, `bytes` being the run it describes, and the stream that found it.
    void take(ByteView bytes, const wire::ServerStream::Piece& piece, const wire::ServerStream& host);

private:
    void put(ByteView bytes, const wire::ServerStream::Piece& piece, const wire::ServerStream& host);
    void start(const wire::PixelFormat& format);
    void keep(ByteView bytes, bool ends);
    void deliver();
    void give_up();

    wire::ServerInit init_;  ///< of the part under way; its size: the screen's before the current piece
    MovieSink& sink_;
    const std::size_t limit_;
    Bytes message_;               ///< the one under way
    std::size_t last_bytes_ = 0;  ///< of the message before: how long this one may get
    std::vector<Bytes> early_;    ///< colour maps before the next update, which settles the header
    std::size_t early_bytes_ = 0;
    bool started_ = false;
    bool gave_up_ = false;
};

}  // namespace pronto::rfb
