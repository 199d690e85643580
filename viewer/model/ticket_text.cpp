#include "viewer/model/ticket_text.hpp"

#include <ctime>

namespace pronto::viewer {

namespace {

std::string formatted(UnixMillis time, const char* format) {
    const auto seconds = static_cast<std::time_t>(time / 1000);
    std::tm local{};
    if (!::localtime_r(&seconds, &local)) return {};
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &local)};
}

/// The value of the name that `text` starts with, and how long the name is; 0: no name we know.
std::size_t name_at(std::string_view text, const TicketFacts& facts, std::string& value) {
    const auto is = [&](std::string_view name) { return text.substr(0, name.size()) == name; };
    if (is("{ticket}")) return value = facts.ticket, 8;
    if (is("{hub}")) return value = facts.hub, 5;
    if (is("{operator}")) return value = facts.operator_name, 10;
    if (is("{expires}")) return value = local_date_time(facts.expires), 9;
    return 0;
}

}  // namespace

std::string_view default_ticket_template() {
    return "Hello,\n"
           "\n"
           "to let me help you, start Pronto on your computer and enter:\n"
           "\n"
           "    Hub:     {hub}\n"
           "    Ticket:  {ticket}\n"
           "\n"
           "The ticket works once, until {expires}. You will be asked before I see anything.\n"
           "\n"
           "{operator}\n";
}

std::string ticket_text(std::string_view with_names, const TicketFacts& facts) {
    std::string merged;
    for (std::size_t at = 0; at < with_names.size();) {
        std::string value;
        if (const auto length = name_at(with_names.substr(at), facts, value)) {
            merged += value;
            at += length;
        } else {
            merged += with_names[at++];
        }
    }
    return merged;
}

std::string local_date_time(UnixMillis time) { return formatted(time, "%d %b %Y, %H:%M"); }
std::string local_time(UnixMillis time) { return formatted(time, "%H:%M:%S"); }

}  // namespace pronto::viewer
