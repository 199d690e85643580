#pragma once

#include <string>
#include <string_view>

namespace pronto::net {

/// The token of `Authorization: Bearer TOKEN`; empty if there is none. The scheme's case does not count.
std::string bearer_token(std::string_view authorization);

/// The token that an upgrade brings: that of programs (bearer_token), else that of browsers, which can set no such
/// field: `Sec-WebSocket-Protocol: pronto, token.TOKEN`. `protocols` is that field, both may be empty; so is the answer
/// without a token.
std::string offered_token(std::string_view authorization, std::string_view protocols);

}  // namespace pronto::net
