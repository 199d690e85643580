#pragma once

#include <string>
#include <string_view>

#include "rfb-ext/base/clock.hpp"

namespace pronto::viewer {

/// What can be merged into the text that goes to the person in difficulty.
struct TicketFacts {
    std::string ticket;         ///< {ticket}
    std::string hub;            ///< {hub}
    std::string operator_name;  ///< {operator}
    UnixMillis expires = 0;     ///< {expires}, in local time
};

/// The text a new console starts with.
std::string_view default_ticket_template();
/// Replaces the known {names}; anything else stays as it was typed.
std::string ticket_text(std::string_view with_names, const TicketFacts& facts);

/// "22 Nov 2026, 10:30" in local time.
std::string local_date_time(UnixMillis time);
/// "10:30:05" in local time.
std::string local_time(UnixMillis time);

}  // namespace pronto::viewer
