#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "repeater/hub/hub.hpp"
#include "repeater/hub/tickets.hpp"
#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

/// VNC servers that register with a ticket. The ticket stays bound to the id it was first used as: whoever waits under it
/// may wait for days, and the same server may register again after each session. That ends when the ticket has expired
/// and nobody has been registered under it for a while.
class Registrations {
public:
    /// After a session, or a lost connection, the server has at least so long to come back.
    static constexpr Millis absence = std::chrono::minutes(10);

    Registrations(Tickets& tickets, const Clock& clock, Records& records)
        : tickets_(tickets), clock_(clock), records_(records), started_(clock.unix_now()) {}

    struct Place {
        TicketRecord ticket;  ///< its assistance is empty: this is the first time
    };
    struct Rival {
        PeerId peer = 0;
        bool proved = false;  ///< the newer one knows the id's secret: the older one has to go
    };
    /// Whether a server may wait under `id`. Errors: ticket_unknown, ticket_used, ticket_expired.
    std::variant<Place, Rival, control::Error> ask(const ServerHello& hello);
    /// It does, from now on; saved. `hello` as it was asked with.
    void bind(const ServerHello& hello, PeerId peer, TicketRecord ticket, const std::string& assistance);
    void left(PeerId peer);
    /// Is the ticket still a server's, there or expected back?
    bool holds(const std::string& ticket) { return entries_.contains(ticket) || recall(ticket); }

    void tick();
    std::optional<SteadyTime> next_deadline() const { return forget_.first(); }
    std::size_t known() const { return entries_.size(); }

private:
    struct Entry {
        TicketRecord ticket;
        PeerId peer = 0;  ///< who waits or is in a session; 0: nobody
    };
    Entry* find(const std::string& id);
    Entry* recall(const std::string& ticket);
    void await_return(const Entry& entry);

    Tickets& tickets_;
    const Clock& clock_;
    Records& records_;
    const UnixMillis started_;
    std::map<std::string, Entry> entries_;  ///< by the ticket
    std::map<PeerId, std::string> of_peer_;
    Deadlines<std::string> forget_;
};

}  // namespace pronto::hub
