// The part of the console's model that is about people: who is online, and the tickets that bring guests.
#include <tuple>

#include <fmt/format.h>

#include "rfb-ext/control/ticket.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

using Severity = LogLine::Severity;

namespace {

bool same_name(const std::string& a, const std::string& b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string described(const control::Presence& entry) {
    if (entry.role == control::Role::operator_) return fmt::format("Operator {}", entry.name);
    return entry.user.empty() ? entry.name : fmt::format("{} (user {})", entry.name, entry.user);
}

}  // namespace

// ---- presence

const control::Presence* ConsoleModel::find_peer(std::uint64_t peer) const {
    const auto found = std::find_if(presence_.begin(), presence_.end(), [&](const auto& entry) { return entry.peer == peer; });
    return found == presence_.end() ? nullptr : &*found;
}

const control::Presence* ConsoleModel::find_guest(const std::string& name_or_ticket) const {
    const auto ticket = control::parse_ticket(name_or_ticket);
    const auto ticket_text = ticket ? control::to_text(*ticket) : std::string{};
    for (const auto& entry : presence_) {
        if (entry.role == control::Role::operator_) continue;
        if (same_name(entry.name, name_or_ticket) || (ticket && entry.ticket == ticket_text)) return &entry;
    }
    return nullptr;
}

void ConsoleModel::put(const control::Presence& entry) {
    std::erase_if(presence_, [&](const auto& known) { return known.peer == entry.peer; });
    const auto order = [](const control::Presence& a, const control::Presence& b) {
        const auto rank = [](control::Role role) {
            return role == control::Role::operator_ ? 0 : role == control::Role::host ? 1 : 2;
        };
        return std::make_tuple(rank(a.role), std::cref(a.name), a.peer) < std::make_tuple(rank(b.role), std::cref(b.name), b.peer);
    };
    presence_.insert(std::upper_bound(presence_.begin(), presence_.end(), entry, order), entry);
}

void ConsoleModel::on(const control::Envelope&, const control::PresenceList& message) {
    const auto before = std::exchange(presence_, {});
    for (auto& [number, session] : sessions_) session.peer = 0;
    for (const auto& entry : message.entries) put(entry), follow(entry);
    tell(&ConsoleListener::presence_changed);
    if (!before.empty()) tell_who_came_and_went(before);
}

void ConsoleModel::tell_who_came_and_went(const std::vector<control::Presence>& before) {
    const auto now = presence_;
    const auto knows = [](const std::vector<control::Presence>& list, const control::Presence& entry) {
        return std::any_of(list.begin(), list.end(), [&](const control::Presence& each) {
            return each.role == entry.role && each.name == entry.name;  // peer ids are another hub's, perhaps
        });
    };
    for (const auto& entry : before) {
        if (knows(now, entry)) continue;
        write(Severity::info, fmt::format("{} has left", described(entry)));
        tell(&ConsoleListener::departed, entry);
    }
    for (const auto& entry : now) {
        if (knows(before, entry)) continue;
        write(Severity::info, fmt::format("{} is online", described(entry)));
        tell(&ConsoleListener::arrived, entry);
    }
}

void ConsoleModel::follow(const control::Presence& guest) {
    if (guest.role == control::Role::operator_) return;
    for (auto& [number, session] : sessions_) {
        const bool its_session = !guest.session.empty() && guest.session == session.id;
        if (its_session || guest.name == session.guest_name) session.peer = guest.peer;
    }
}

void ConsoleModel::on(const control::Envelope&, const control::PresenceChanged& message) {
    const bool known = find_peer(message.entry.peer) != nullptr;
    put(message.entry);
    follow(message.entry);
    const bool arrived = message.arrived && !known && message.entry.peer != own_peer_;
    if (arrived) write(Severity::info, fmt::format("{} is online", described(message.entry)));
    tell(&ConsoleListener::presence_changed);
    if (arrived) tell(&ConsoleListener::arrived, message.entry);
}

void ConsoleModel::on(const control::Envelope&, const control::PresenceLeft& message) {
    const auto* known = find_peer(message.peer);
    if (!known) return;
    const auto gone = *known;
    std::erase_if(presence_, [&](const auto& entry) { return entry.peer == gone.peer; });
    write(Severity::info, fmt::format("{} has left", described(gone)));
    tell(&ConsoleListener::presence_changed);
    tell(&ConsoleListener::departed, gone);
}

// ---- tickets

bool ConsoleModel::new_ticket() {
    if (!may("get a ticket")) return false;
    asked_[link_.send(control::TicketNew{})] = {Asked::What::ticket, 0, {}};
    return true;
}

void ConsoleModel::on(const control::Envelope& envelope, const control::TicketCreated& message) {
    if (!envelope.re || asked_.erase(*envelope.re) == 0) return;
    CreatedTicket created{message.ticket, message.expires, {}};
    created.text = merged_text(created, settings_.ticket_template);
    tickets_.push_back(created);
    write(Severity::info, fmt::format("New ticket {}, good until {}", message.ticket, local_time(message.expires)));
    tell(&ConsoleListener::ticket_created, created);
}

// ---- passes for VNC viewers

std::string ConsoleModel::why_no_pass() const {
    if (!logged_in()) return "You are not logged in.";
    if (policy_.viewer_port == 0 && policy_.repeater_port == 0) return "The hub takes no VNC viewers.";
    return {};
}

bool ConsoleModel::new_pass(std::uint64_t peer, control::Mode mode, const std::string& password) {
    if (!may("get a pass")) return false;
    const auto* guest = find_peer(peer);
    control::Error why{control::Code::conflict, why_no_pass(), {}};
    if (!guest || guest->role == control::Role::operator_) why.message = "That computer is not online.";
    if (!why.message.empty()) return refuse("get a pass", why), false;
    asked_[link_.send(control::PassNew{peer, mode, password})] = {Asked::What::pass, 0, {}, peer};
    return true;
}

void ConsoleModel::on(const control::Envelope& envelope, const control::PassCreated& message) {
    const auto asked = envelope.re ? asked_.find(*envelope.re) : asked_.end();
    if (asked == asked_.end() || asked->second.what != Asked::What::pass) return;
    CreatedPass created{message, asked->second.peer, {}, {}};
    asked_.erase(asked);
    const auto at = [&](std::uint16_t port) { return tunnel::to_text(tunnel::HubAddress{connection_.hub.host, port}); };
    if (policy_.viewer_port != 0) created.viewer_url = "vnc://" + at(policy_.viewer_port);
    if (policy_.repeater_port != 0) created.repeater_url = at(policy_.repeater_port);
    write(Severity::info,
          fmt::format("A VNC viewer has one session with {} until {}", message.target, local_time(message.expires)));
    tell(&ConsoleListener::pass_created, created);
}

std::string ConsoleModel::merged_text(const CreatedTicket& ticket, const std::string& with_names) const {
    return ticket_text(with_names, {ticket.ticket, tunnel::to_text(connection_.hub), connection_.name, ticket.expires});
}

}  // namespace pronto::viewer
