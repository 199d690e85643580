#pragma once

#include <string>

#include "repeater/net/http_handler.hpp"
#include "rfb-ext/control/errors.hpp"

namespace pronto::net {

/// An error as application/problem+json (RFC 9457) with the control channel's code, message and remedy.
/// Where no code tells it all, `status` is not the code's own.
HttpResponse problem_response(control::Code code, std::string message, std::string remedy, int status = 0);
inline HttpResponse problem_response(const control::Error& error) {
    return problem_response(error.code, error.message, error.remedy);
}

}  // namespace pronto::net
