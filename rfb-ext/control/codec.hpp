#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/base/result.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::control {

enum class CodecError {
    not_json = 1,
    too_large,     ///< over longest_message_bytes, or a field over its limit
    too_deep,      ///< nested deeper than any message of ours
    unknown_type,  ///< a newer peer: ignore it
    bad_field,     ///< a field is missing, of the wrong type or out of range
};
ErrorCode make_error_code(CodecError error);

/// One JSON object of docs/protocol.md. Texts come out presentable (no control characters, valid UTF-8, cut to the
/// field's limit), clipboard and report texts keep their line breaks. Unknown fields are ignored. Texts longer than
/// their field are cut, but a problem, a solution, a category or a clipboard is too_large: cutting would lose
/// somebody's words unseen.
Result<Envelope> decode(std::string_view json);
/// Texts are made presentable and cut on this side too.
std::string encode(const Envelope& envelope);

/// May it be sent? A clipboard may not if it is over its limit, or if quoting its line breaks and quotation marks makes
/// the message too large. Ask before sending what a user put together.
bool fits(const Envelope& envelope);

/// The entries from the front that fit into one presence.list. It is cheap to offer no more than `most_in_a_list`.
PresenceList first_part(std::span<const Presence> entries);
/// No presence.list holds more: an entry has at least so many bytes.
inline constexpr std::size_t most_in_a_list = longest_message_bytes / 90;

}  // namespace pronto::control

template <>
struct boost::system::is_error_code_enum<pronto::control::CodecError> : std::true_type {};
