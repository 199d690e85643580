#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/errors.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::wire {

/// Splits a stream of client messages (after ClientInit) into whole messages. Client messages are small; one over its
/// limit (cut text 1 MiB, 1,024 encodings, fence 64 bytes, 255 screens) is an error. Of QEMU's messages (255) the
/// extended key event and those on audio are known.
class ClientStream {
public:
    struct Message {
        int type = 0;
        Bytes bytes;  ///< the whole message, type byte included
    };
    /// Adds bytes; call next() until it returns nothing.
    void feed(ByteView more);
    /// Errors: unknown_message, oversized; the stream is then broken.
    Result<std::optional<Message>> next();

private:
    Result<std::size_t> length() const;

    Bytes held_;
    std::size_t read_ = 0;  ///< of held_, already handed out
    ErrorCode broken_;
};

/// A SetEncodings message (type 2) taken apart and put together; `bytes` is a whole message (a count that does not fit
/// is cut down to what is there).
std::vector<std::int32_t> read_set_encodings(ByteView bytes);
Bytes write_set_encodings(const std::vector<std::int32_t>& encodings);
/// Those of `wanted` that ServerStream can measure, plus quality and compression levels, in the same order and each
/// once. Fences, continuous updates and xvp are left out: they ask for messages to the host, which are not relayed.
std::vector<std::int32_t> measurable(const std::vector<std::int32_t>& wanted);
/// The pixel format of a SetPixelFormat message (type 0). Error: bad_value.
Result<PixelFormat> read_set_pixel_format(ByteView bytes);
/// SetPixelFormat (RFC 6143 section 7.5.1).
Bytes write_set_pixel_format(const PixelFormat& format);
/// FramebufferUpdateRequest (RFC 6143 section 7.5.3).
Bytes write_update_request(const Rect& area, bool incremental);

}  // namespace pronto::wire
