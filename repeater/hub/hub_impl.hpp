#pragma once

#include <optional>
#include <string>
#include <variant>

#include "repeater/hub/assistances.hpp"
#include "repeater/hub/hub.hpp"
#include "repeater/hub/passes.hpp"
#include "repeater/hub/registrations.hpp"
#include "repeater/hub/resumptions.hpp"
#include "repeater/hub/sessions.hpp"
#include "repeater/hub/tickets.hpp"
#include "repeater/hub/waiting_room.hpp"

namespace pronto::hub {

using Refusal = std::optional<control::Error>;

/// What the hub is made of. hub.cpp: who comes and goes, time. hub_requests.cpp: what peers ask for.
/// hub_standard.cpp: standard VNC programs.
class Hub::Impl {
public:
    Impl(Settings given, const Clock& time, Outside& world, Records& books)
        : settings(std::move(given)),
          clock(time),
          outside(world),
          records(books),
          room(world),
          tickets(settings.node, std::chrono::minutes(settings.policy.ticket_minutes),
                  settings.most_live_tickets_per_operator, time, books),
          assistances(settings.node, time, books),
          registrations(tickets, time, books),
          resumptions(time, books),
          passes(time),
          sessions(settings, time, world, books, room, assistances) {}

    Refusal refusal_of_anybody(const control::Envelope& hello, control::Role role) const;
    control::Code turn_away(PeerId peer, const control::Envelope& hello, const control::Error& error);
    void welcome(PeerId peer, const control::Envelope& hello, const std::string& resume = {});
    /// `assistance`: the case it comes back to; empty: a new one.
    void let_guest_in(PeerId peer, const control::Envelope& envelope, const TicketRecord& ticket,
                      const std::string& assistance, const std::string& address, control::Kind kind = control::Kind::pronto);
    /// The token by which it may come back; empty if it gave no key for it.
    std::string begin_resumable(PeerId peer, const control::Hello& hello, const TicketRecord& ticket,
                                const control::Presence& presence);
    Refusal take_guest_back(PeerId peer, const control::Envelope& envelope, const std::string& address);
    /// Of a connection that nobody had given up yet: what it held goes on with another.
    void supersede(PeerId before);
    std::string open_case(const control::Presence& presence, const TicketRecord& ticket);
    std::variant<control::PassCreated, control::Error> new_pass(const Account& by, const control::PassNew& wanted);
    void send(PeerId peer, control::Message message, std::optional<std::uint64_t> re = std::nullopt) {
        outside.send(peer, {std::move(message), std::nullopt, re});
    }
    void audit(const std::string& actor, const char* action, const std::string& subject, const std::string& detail) {
        records.save(AuditRecord{clock.unix_now(), actor, action, subject, detail});
    }
    std::variant<control::TicketCreated, control::Error> new_ticket(const Account& by);

    // One for each message that a peer may send; what comes back is refused.
    using Number = std::optional<std::uint64_t>;
    Refusal take(const Peer& from, const control::Ping&, Number number);
    Refusal take(const Peer&, const control::Pong&, Number) { return std::nullopt; }
    Refusal take(const Peer& from, const control::TicketNew&, Number number);
    Refusal take(const Peer& from, const control::SessionRequest& message, Number number);
    Refusal take(const Peer& from, const control::SessionJoin& message, Number number);
    Refusal take(const Peer& from, const control::PassNew& message, Number number);
    Refusal take(const Peer& from, const control::SessionAnswer& message, Number number);
    Refusal take(const Peer& from, const control::RecordingPause& message, Number number);
    Refusal take(const Peer& from, const control::SessionEnd& message, Number number);
    Refusal take(const Peer& from, const control::ReportSave& message, Number number);
    Refusal take(const Peer& from, const control::Clipboard& message, Number number);
    /// Everything else is the hub's to say, or came before.
    Refusal take(const Peer&, const auto&, Number) { return forbidden(); }
    static control::Error stopping() {
        return {control::Code::stopping, "The hub is going down.", "Try again in a few minutes."};
    }
    static control::Error forbidden() {
        return {control::Code::forbidden, "This program may not send that message.",
                "Update the program, or report this as an error."};
    }

    const Settings settings;
    const Clock& clock;
    Outside& outside;
    Records& records;
    WaitingRoom room;
    Tickets tickets;
    Assistances assistances;
    Registrations registrations;
    Resumptions resumptions;
    Passes passes;
    Sessions sessions;
    bool stopping_now = false;
};

}  // namespace pronto::hub
