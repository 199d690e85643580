#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/result.hpp"

/// How viewers and servers tell a repeater whom they want: UltraVNC's protocol, as UltraVNC, x11vnc, LibVNCServer,
/// SSVNC, noVNC and TurboVNC speak it. A repeater greets viewers; servers it does not greet.
namespace pronto::wire {

inline constexpr std::string_view repeater_greeting = "RFB 000.000\n";
/// Text, then zeros. A server's RFB version comes right behind it.
inline constexpr std::size_t repeater_block_bytes = 250;

/// Mode II, "ID:<id>" or "ID:<id>;<secret>": both ends name the same id.
struct RepeaterId {
    std::string id;  ///< 1 to 64 printable ASCII characters without ':' and ';', as they came: peers change their case
    std::string secret;  ///< at most 128 printable ASCII characters; empty if there is none
    bool operator==(const RepeaterId&) const = default;
};

/// Mode I: the repeater is to dial.
struct RepeaterHost {
    std::string host;  ///< a name or an address, IPv6 without its brackets; letters, digits and ".-_:%" only
    std::uint16_t port = 0;
    bool operator==(const RepeaterHost&) const = default;
};

/// Reads what stands before the first zero (behind it some peers leave what their memory held) and not in blanks at its
/// ends. "ID:" has any case; the display or port that some viewers append to an id is left out. Of a host: "host:n" is
/// port 5900 + n for n below 100, else n; "host::n" is port n; without either it is 5900; "[v6]" may stand for a host.
/// Errors: bad_repeater_block, bad_repeater_id, bad_repeater_host.
Result<std::variant<RepeaterId, RepeaterHost>> read_repeater_block(ByteView whole_block);
/// Throws std::length_error if no zero would follow the text.
Bytes write_repeater_block(std::string_view text);

}  // namespace pronto::wire
