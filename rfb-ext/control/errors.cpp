#include "rfb-ext/control/errors.hpp"

#include <algorithm>
#include <array>

namespace pronto::control {

namespace {

struct Row {
    Code code;
    std::string_view name;
    int status;
};

constexpr std::array rows{
    Row{Code::bad_request, "bad_request", 400},
    Row{Code::unauthorized, "unauthorized", 401},
    Row{Code::wrong_password, "wrong_password", 401},
    Row{Code::forbidden, "forbidden", 403},
    Row{Code::not_found, "not_found", 404},
    Row{Code::ticket_unknown, "ticket_unknown", 404},
    Row{Code::ticket_expired, "ticket_expired", 410},
    Row{Code::ticket_used, "ticket_used", 410},
    Row{Code::cannot_resume, "cannot_resume", 410},
    Row{Code::offline, "offline", 409},
    Row{Code::busy, "busy", 409},
    Row{Code::password_wanted, "password_wanted", 409},
    Row{Code::conflict, "conflict", 409},
    Row{Code::too_many_attempts, "too_many_attempts", 429},
    Row{Code::too_large, "too_large", 413},
    Row{Code::version_unsupported, "version_unsupported", 426},
    Row{Code::overloaded, "overloaded", 503},
    Row{Code::stopping, "stopping", 503},
    Row{Code::internal, "internal", 500},
};

const Row& row(Code code) {
    return *std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.code == code; });
}

}  // namespace

std::string_view name(Code code) { return row(code).name; }

Code code_from(std::string_view name) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
    return found == rows.end() ? Code::internal : found->code;
}

int http_status(Code code) { return row(code).status; }

}  // namespace pronto::control
