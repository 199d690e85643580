#include "repeater/hub/tickets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::hub {

namespace {

constexpr Millis known_after_expiry = std::chrono::minutes(1);
/// Of a million tickets; when this many in a row are live, nearly all are.
constexpr int most_tries = 100;

control::Error refused(control::Code code, std::string message) {
    return {code, std::move(message), "Ask for a new ticket: each works once and only for a while."};
}

}  // namespace

Tickets::Tickets(int node, Millis life, std::size_t most_each, const Clock& clock, Records& records)
    : node_(node), life_(life), most_each_(most_each), clock_(clock), records_(records) {}

std::optional<TicketRecord> Tickets::find(const std::string& ticket) {
    if (const auto found = known_.find(ticket); found != known_.end()) return found->second;
    return records_.find_ticket(ticket);
}

bool Tickets::live(const std::string& ticket) {
    const auto row = find(ticket);
    return row && !row->used && row->expires > clock_.unix_now();
}

void Tickets::remember(const TicketRecord& row) {
    if (known_.insert_or_assign(row.ticket, row).second) ++count_of_[row.operator_id];
    const Millis left{std::max<std::int64_t>(0, row.expires - clock_.unix_now())};
    forget_.set(row.ticket, clock_.now() + left + known_after_expiry);
}

std::variant<TicketRecord, control::Error> Tickets::create(const Account& by, const std::function<bool(const std::string&)>& taken) {
    const auto held = count_of_.find(by.id);
    if (held != count_of_.end() && held->second >= most_each_)
        return control::Error{control::Code::too_many_attempts,
                              fmt::format("You have made {} tickets that have not expired yet.", held->second),
                              "Use those, or wait until some have expired."};
    std::string ticket;
    for (int tries = 0; ticket.empty() || known_.contains(ticket) || live(ticket) || (taken && taken(ticket)); ++tries) {
        if (tries == most_tries)
            return control::Error{control::Code::overloaded, "Too many tickets are live on this hub.",
                                  "Try again when some have expired."};
        ticket = control::to_text(control::random_ticket(node_));
    }
    TicketRecord row;
    row.id = random_id(node_);
    row.ticket = ticket;
    row.operator_id = by.id;
    row.operator_name = by.name;
    row.created = clock_.unix_now();
    row.expires = row.created + life_.count();
    remember(row);
    records_.save(row);
    return row;
}

std::variant<TicketRecord, control::Error> Tickets::use(std::string_view typed) {
    const auto ticket = control::parse_ticket(typed);
    if (!ticket)
        return control::Error{control::Code::ticket_unknown, "This is not a ticket.",
                              "A ticket looks like 1-E75B1. Type it again as you were told it."};
    const std::string text = control::to_text(*ticket);
    auto row = find(text);
    if (!row)
        return control::Error{control::Code::ticket_unknown, fmt::format("The ticket {} was not issued here.", text),
                              "Check each character with the person who gave it to you, or ask for a new ticket."};
    if (row->used)
        return refused(control::Code::ticket_used,
                       fmt::format("The ticket {} has been used already, also if that connection was lost.", text));
    if (row->expires <= clock_.unix_now())
        return refused(control::Code::ticket_expired, fmt::format("The ticket {} has expired.", text));
    row->used = clock_.unix_now();
    remember(*row);
    records_.save(*row);
    return *row;
}

void Tickets::tick() {
    for (const auto& ticket : forget_.take_due(clock_.now())) {
        const auto found = known_.find(ticket);
        const auto held = count_of_.find(found->second.operator_id);
        if (--held->second == 0) count_of_.erase(held);
        known_.erase(found);
    }
}

}  // namespace pronto::hub
