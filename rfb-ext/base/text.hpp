#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/base/bytes.hpp"

namespace pronto {

/// Lower-case hex, two digits a byte.
std::string hex(ByteView bytes);
/// The bytes that `text` writes in hex (either case), or nothing if it is not hex.
std::optional<Bytes> from_hex(std::string_view text);
/// RFC 4648 section 5 without padding.
std::string base64url(ByteView bytes);

/// What a peer sent, safe to show: valid UTF-8, no control characters (except \n and \t if `lines`), no bidirectional
/// overrides, at most `limit` bytes cut at a character's end. Bad bytes become U+FFFD.
std::string presentable(std::string_view from_wire, std::size_t limit, bool lines = false);

/// ISO 8859-1, the clipboard's alphabet in RFC 6143 and X11's STRING; `?` for what it does not have.
std::string to_latin_1(std::string_view utf8);
std::string from_latin_1(std::string_view bytes);

/// Texts of different authors as sentences in a row: each begins with a capital letter and ends in a mark; empty ones are left
/// out. "wrong password", "Try again" -> "Wrong password. Try again."
std::string sentences(std::initializer_list<std::string_view> texts);

/// Of `known`, the name most like `wrong` (edit distance), for "did you mean"; empty if none is near.
std::string nearest(std::string_view wrong, const std::vector<std::string>& known);

/// "1.4 MB", for people.
std::string human_bytes(std::uint64_t bytes);

/// Percent-decoding of a path segment; nothing if an escape is broken.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace pronto
