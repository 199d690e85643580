#pragma once

#include <string>
#include <string_view>

namespace pronto::control {

/// Why a request was refused: one list for the control channel and the REST API (docs/protocol.md).
enum class Code {
    bad_request,         ///< The message or the request is not what the protocol allows.
    unauthorized,        ///< No log-in, or it has expired.
    wrong_password,      ///< User name or password is wrong, or the account is disabled.
    forbidden,           ///< Logged in, but not allowed to do this.
    not_found,           ///< No such session, guest, ticket or assistance.
    ticket_unknown,      ///< The ticket was never issued here.
    ticket_expired,
    ticket_used,
    cannot_resume,       ///< A lost connection cannot go on: the token is unknown or too old, the key another.
    offline,             ///< The guest or host is not online (any more).
    busy,                ///< A session with this guest is already under way.
    password_wanted,     ///< The VNC server there has a password of its own, and none came with the request.
    conflict,            ///< The request does not fit the state things are in.
    too_many_attempts,   ///< Wait before trying again.
    too_large,
    version_unsupported, ///< The peer speaks another version of the control protocol.
    overloaded,          ///< The hub cannot take more work now.
    stopping,            ///< The hub is going down.
    internal,
};

std::string_view name(Code code);
/// Unknown names are `internal`: a newer hub may know more.
Code code_from(std::string_view name);
/// The HTTP status that carries it.
int http_status(Code code);

/// A refusal as a user sees it: what is wrong and what to do about it.
struct Error {
    Code code = Code::internal;
    std::string message;
    std::string remedy;
    bool operator==(const Error&) const = default;
};

}  // namespace pronto::control
