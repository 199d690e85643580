#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/link_failure.hpp"
#include "rfb-ext/tunnel/rest.hpp"

/// The JSON of the hub's HTTP side, as the link needs it. No I/O.
namespace pronto::tunnel {

/// {"user": ..., "password": ...}, in one piece of memory for the caller to wipe.
std::string login_body(const Secret& user, const Secret& password);

/// The token in the answer to a log-in, if it is one that can stand in a header (RFC 6750 section 2.1).
std::optional<Secret> token_in(std::string_view body);

/// "bytes 0-99/1000"; nothing if it is not that, or makes no sense.
std::optional<ContentRange> content_range_in(std::string_view text);

/// Is this what a hub answers to GET /healthz?
bool is_health(std::string_view body);

/// What an HTTP answer that was not the expected one says: the problem in its body (RFC 9457), or that this is no hub.
LinkFailure failure_in(const Where& where, unsigned status, std::string_view body);

}  // namespace pronto::tunnel
