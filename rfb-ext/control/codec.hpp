#pragma once

#include <string>
#include <string_view>

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

/// One JSON object of docs/protocol.md. Texts come out presentable (no control characters, valid UTF-8, cut to the field's
/// limit), clipboard and report texts keep their line breaks. Unknown fields are ignored.
Result<Envelope> decode(std::string_view json);
std::string encode(const Envelope& envelope);

}  // namespace pronto::control

template <>
struct boost::system::is_error_code_enum<pronto::control::CodecError> : std::true_type {};
