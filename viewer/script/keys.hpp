#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pronto::viewer {

/// The keysym that types this character (X11 keysyms: Latin-1 as it is, others 0x01000000 + code point); a line feed is
/// Return. 0 for what no key types.
std::uint32_t keysym_of(char32_t character);
/// The keysyms of a text in UTF-8; nothing if it is not UTF-8 or has a character that no key types.
std::optional<std::vector<std::uint32_t>> keysyms_of(std::string_view text);
/// "Return", "Ctrl+Alt+Delete", "Shift+a", "F5": keysyms in the order to press them; nothing if a name is unknown.
std::optional<std::vector<std::uint32_t>> parse_chord(std::string_view text);
/// All names parse_chord knows besides single characters; for help texts.
std::vector<std::string> key_names();

}  // namespace pronto::viewer
