#pragma once

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/server_stream.hpp"

namespace pronto::rfb {

/// What a viewer may do to the host.
enum class Permission { view, control };

/// Whether text may be copied from one computer to the other.
enum class Clipboard { passes, stays };

/// Lets through what a viewer may send to the host, message by message (after ClientInit):
///
/// | message | control | view |
/// |---|---|---|
/// | SetPixelFormat, SetEncodings, FramebufferUpdateRequest | passes | passes |
/// | key, pointer, QEMU extended key | passes | dropped |
/// | cut text | passes, unless the clipboard stays | dropped |
/// | SetDesktopSize, fence, continuous updates, xvp, QEMU audio | dropped | dropped |
/// | anything else (file transfer, text chat, ...) | ends the leg | ends the leg |
///
/// SetEncodings is cut down to what `host` can measure, so that the tap and the limits hold for every picture. When the
/// clipboard stays, the host hears nothing of an extended one either.
class ClientFilter {
public:
    /// `host` measures what the host answers. It is told what was asked for, and has to outlive the filter.
    ClientFilter(Permission permission, Clipboard clipboard, wire::ServerStream& host)
        : permission_(permission),
          cut_text_passes_(permission == Permission::control && clipboard == Clipboard::passes),
          host_(host) {}

    /// Appends to `out` what the host is to get of `in` (any run of the viewer's bytes). Errors, after which the leg
    /// must end: unknown_message, oversized, bad_value, format_change (another pixel format while an update is
    /// awaited, which could have either; viewers that change it wait for the update first).
    Result<void> feed(ByteView in, Bytes& out);

private:
    Result<void> pass(const Bytes& message, Bytes& out);
    Result<void> pass_format(const Bytes& message, Bytes& out);
    void pass_encodings(const Bytes& message, Bytes& out);
    bool may_cut_text(const Bytes& message) const;

    const Permission permission_;
    const bool cut_text_passes_;
    wire::ServerStream& host_;
    wire::ClientStream viewer_;
    std::uint64_t awaited_updates_ = 0;  ///< that must have begun before no request is outstanding
    bool extended_clipboard_ = false;    ///< the host has been told that we know it
};

}  // namespace pronto::rfb
