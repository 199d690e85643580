#include "repeater/hub/registrations.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::hub {

namespace {

/// What an id may mean, the likelier first. Digits only are a ticket's number; but a ticket may be typed without its dash.
std::vector<std::string> tickets_meant(const std::string& id) {
    std::vector<std::string> meant;
    for (const auto& ticket : {control::parse_ticket_number(id), control::parse_ticket(id)})
        if (ticket) meant.push_back(control::to_text(*ticket));
    return meant;
}

/// As it is kept of an id's secret.
std::string kept(const std::string& secret) {
    return secret.empty() ? std::string() : hex(sha256(as_bytes(secret)));
}

}  // namespace

Registrations::Entry* Registrations::find(const std::string& id) {
    for (const auto& ticket : tickets_meant(id)) {
        if (const auto found = entries_.find(ticket); found != entries_.end()) return &found->second;
        if (Entry* entry = recall(ticket)) return entry;
    }
    return nullptr;
}

/// Of the hub's last run, which has ended for who was there then (records).
Registrations::Entry* Registrations::recall(const std::string& ticket) {
    auto row = records_.find_ticket(ticket);
    if (!row || row->assistance.empty()) return nullptr;
    if (!row->left) row->left = started_;
    if (clock_.unix_now() >= std::max(row->expires, *row->left + absence.count())) return nullptr;
    auto& entry = entries_[ticket];
    entry.ticket = std::move(*row);
    await_return(entry);
    return &entry;
}

std::variant<Registrations::Place, Registrations::Rival, control::Error> Registrations::ask(const ServerHello& hello) {
    tick();
    if (const Entry* entry = find(hello.id)) {
        const auto& secret = entry->ticket.secret_sha256;
        const bool proved = !secret.empty() && constant_time_equal(as_bytes(secret), as_bytes(kept(hello.secret)));
        if (!secret.empty() && !proved)
            return control::Error{control::Code::wrong_password, fmt::format("The ticket {} is bound to a secret.", entry->ticket.ticket),
                                  "Register as ID:ticket;secret with the secret that was used first, or ask for a new ticket."};
        if (entry->peer != 0) return Rival{entry->peer, proved};
        return Place{entry->ticket};
    }
    std::optional<control::Error> refused;
    for (const auto& ticket : tickets_meant(hello.id)) {
        auto used = tickets_.use(ticket);
        if (auto* row = std::get_if<TicketRecord>(&used)) return Place{std::move(*row)};
        auto& error = std::get<control::Error>(used);
        if (!refused || error.code != control::Code::ticket_unknown) refused = std::move(error);
    }
    if (refused) return *refused;
    return control::Error{control::Code::ticket_unknown, "This is not a ticket, nor a ticket's number.",
                          "Register as ID:1-E75B1 (the ticket), or with the number that was shown with the ticket."};
}

void Registrations::bind(const ServerHello& hello, PeerId peer, TicketRecord ticket, const std::string& assistance) {
    ticket.assistance = assistance;
    if (!hello.secret.empty()) ticket.secret_sha256 = kept(hello.secret);
    ticket.left.reset();
    records_.save(ticket);
    forget_.clear(ticket.ticket);
    of_peer_[peer] = ticket.ticket;
    auto& entry = entries_[ticket.ticket];
    entry.ticket = std::move(ticket);
    entry.peer = peer;
}

void Registrations::left(PeerId peer) {
    const auto found = of_peer_.find(peer);
    if (found == of_peer_.end()) return;
    auto& entry = entries_.at(found->second);
    entry.peer = 0;
    entry.ticket.left = clock_.unix_now();
    records_.save(entry.ticket);
    await_return(entry);
    of_peer_.erase(found);
}

void Registrations::await_return(const Entry& entry) {
    const auto until = std::max(entry.ticket.expires, *entry.ticket.left + absence.count());
    forget_.set(entry.ticket.ticket, clock_.now() + Millis{std::max<std::int64_t>(0, until - clock_.unix_now())});
}

void Registrations::tick() {
    for (const auto& ticket : forget_.take_due(clock_.now())) entries_.erase(ticket);
}

}  // namespace pronto::hub
