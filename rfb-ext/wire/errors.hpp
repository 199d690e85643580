#pragma once

#include "rfb-ext/base/result.hpp"

namespace pronto::wire {

/// Why a peer's bytes are not RFB we accept. The leg that sent them is ended with the error's message.
enum class WireError {
    not_rfb = 1,         ///< no RFB version line
    unknown_version,     ///< a version before 3.3
    unknown_message,     ///< a message type that was not negotiated
    unasked_encoding,    ///< a rectangle of an encoding that no SetEncodings of this connection asked for
    outside_screen,      ///< a rectangle that does not lie in the screen
    oversized,           ///< a length over its limit (the peer chooses the length)
    bad_value,           ///< a value the protocol does not allow
    no_common_security,  ///< no security type both know
    refused,             ///< the host refused the connection
    format_change,       ///< SetPixelFormat while an update is awaited: that could have either format
    wrong_password,      ///< the host did not take the password (VNC authentication)
    bad_repeater_block,  ///< no 250 bytes with a printable text
    bad_repeater_id,     ///< "ID:" without an id, with one that is too long or with too long a secret
    bad_repeater_host,   ///< no host, or no port behind it
};
ErrorCode make_error_code(WireError error);

}  // namespace pronto::wire

template <>
struct boost::system::is_error_code_enum<pronto::wire::WireError> : std::true_type {};
