#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "repeater/hub/deadlines.hpp"
#include "repeater/hub/records.hpp"
#include "rfb-ext/control/errors.hpp"

namespace pronto::hub {

/// Issues tickets and lets each be used once. Those of this run are known here until a minute after they expired,
/// because a row that was just saved may not be found yet; older ones, and those made by the command line, come from
/// the records.
class Tickets {
public:
    Tickets(int node, Millis life, std::size_t most_each, const Clock& clock, Records& records);

    /// A ticket that is not live anywhere, nor `taken` by somebody who is still called by it; saved. Errors:
    /// too_many_attempts when this operator has too many already.
    std::variant<TicketRecord, control::Error> create(const Account& by, const std::function<bool(const std::string&)>& taken = {});
    /// Uses the ticket up for a guest; saved. Errors: ticket_unknown, ticket_used, ticket_expired.
    std::variant<TicketRecord, control::Error> use(std::string_view typed);

    void tick();
    std::optional<SteadyTime> next_deadline() const { return forget_.first(); }
    std::size_t known() const { return known_.size(); }

private:
    bool live(const std::string& ticket);
    std::optional<TicketRecord> find(const std::string& ticket);
    void remember(const TicketRecord& row);

    const int node_;
    const Millis life_;
    const std::size_t most_each_;
    const Clock& clock_;
    Records& records_;
    std::map<std::string, TicketRecord> known_;
    std::map<std::int64_t, std::size_t> count_of_;
    Deadlines<std::string> forget_;
};

}  // namespace pronto::hub
