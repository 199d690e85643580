#include "repeater/hub/waiting_room.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::hub {

namespace {

// A large hub's list goes out in bits: neither this thread nor the operator's queue takes it all at once.
constexpr std::size_t shown_at_once = 200;  // entries; a millisecond or two of this thread
constexpr std::size_t enough_waiting = 256 * 1024;
constexpr Millis show_pause{20};

/// NetBIOS names have 15 characters, Linux host names up to 64; beyond this a tree entry is no longer readable.
constexpr std::size_t longest_host_part = 32;

char upper_case(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string host_part(std::string_view host_name) {
    std::string part;
    for (const char c : host_name.substr(0, host_name.find('.'))) {
        const char upper = upper_case(c);
        const bool kept =
            (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9') || upper == '-' || upper == '_';
        if (kept && part.size() < longest_host_part) part += upper;
    }
    return part.empty() ? "GUEST" : part;
}

/// "NETCECK" of "netceck.example.org".
std::string computer(std::string_view host_name) {
    std::string name(host_name.substr(0, host_name.find('.')));
    std::transform(name.begin(), name.end(), name.begin(), upper_case);
    return name;
}

/// "NETCECK-210EB".
bool names_a_guest(std::string_view name) {
    constexpr std::size_t digits = 5;
    if (name.size() < digits + 2 || name[name.size() - digits - 1] != '-') return false;
    return name.substr(name.size() - digits).find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

}  // namespace

void WaitingRoom::arrive(Peer peer) {
    const auto id = peer.id();
    if (peer.is_viewer()) {
        viewers_.insert(id);
        peers_.emplace(id, std::move(peer));
        return;
    }
    if (peer.is_operator()) {
        operators_.insert(id);
    } else {
        names_of_guests_.emplace(peer.presence.name, id);
        tickets_of_guests_.insert_or_assign(peer.presence.ticket, id);
    }
    const auto& entry = peers_.emplace(id, std::move(peer)).first->second.presence;
    tell_operators(control::PresenceChanged{entry, true}, id);
}

void WaitingRoom::leave(PeerId peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    const std::string name = found->second.presence.name;
    operators_.erase(peer);
    shown_.erase(peer);
    shows_.clear(peer);
    const bool told = viewers_.erase(peer) == 0;
    if (!found->second.is_operator()) {
        names_of_guests_.erase(name);
        const auto ticket = tickets_of_guests_.find(found->second.presence.ticket);
        if (ticket != tickets_of_guests_.end() && ticket->second == peer) tickets_of_guests_.erase(ticket);
    }
    peers_.erase(found);
    if (told) tell_operators(control::PresenceLeft{peer, name});
}

void WaitingRoom::show_session(PeerId guest, const std::string& session) {
    Peer* peer = find(guest);
    if (!peer || peer->presence.session == session) return;
    peer->presence.session = session;
    tell_operators(control::PresenceChanged{peer->presence, false});
}

void WaitingRoom::show_wants_password(PeerId guest) {
    Peer* peer = find(guest);
    if (!peer || std::exchange(peer->presence.wants_password, true)) return;
    tell_operators(control::PresenceChanged{peer->presence, false});
}

void WaitingRoom::close(PeerId peer) {
    Peer* found = find(peer);
    if (!found || found->closing) return;
    found->closing = true;
    outside_.close(peer);
}

Peer* WaitingRoom::find(PeerId peer) {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? nullptr : &found->second;
}

const Peer* WaitingRoom::find(PeerId peer) const {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? nullptr : &found->second;
}

std::vector<PeerId> WaitingRoom::operators() const {
    std::vector<PeerId> all(operators_.begin(), operators_.end());
    all.insert(all.end(), viewers_.begin(), viewers_.end());
    return all;
}

const Peer* WaitingRoom::find_guest(std::string_view typed) const {
    std::string name(typed);
    std::transform(name.begin(), name.end(), name.begin(), upper_case);
    if (const auto found = names_of_guests_.find(name); found != names_of_guests_.end()) return find(found->second);
    for (const auto& ticket : {control::parse_ticket_number(typed), control::parse_ticket(typed)}) {
        const auto found = ticket ? tickets_of_guests_.find(control::to_text(*ticket)) : tickets_of_guests_.end();
        if (found != tickets_of_guests_.end()) return find(found->second);
    }
    // By the computer's name, which its guest could choose: never what looks like the name of a guest.
    const auto wanted = computer(typed);
    if (wanted.empty() || names_a_guest(wanted)) return nullptr;
    const Peer* only = nullptr;
    for (const auto& [guest, id] : names_of_guests_) {
        const Peer* peer = find(id);
        if (computer(peer->presence.host_name) != wanted) continue;
        if (only) return nullptr;
        only = peer;
    }
    return only;
}

std::vector<PeerId> WaitingRoom::ids() const {
    std::vector<PeerId> ids;
    for (const auto& [id, peer] : peers_) ids.push_back(id);
    return ids;
}

std::vector<control::Presence> WaitingRoom::some(PeerId after, std::size_t most) const {
    std::vector<control::Presence> entries;
    for (auto at = peers_.upper_bound(after); at != peers_.end() && entries.size() < most; ++at)
        if (!at->second.is_viewer()) entries.push_back(at->second.presence);
    return entries;
}

void WaitingRoom::show_everybody(PeerId to, SteadyTime now) {
    const auto list = control::first_part(some(0, control::most_in_a_list));
    const PeerId upto = list.entries.empty() ? 0 : list.entries.back().peer;
    outside_.send(to, {list, {}, {}});
    if (some(upto, 1).empty()) return;
    shown_[to] = {upto, peers_.rbegin()->first};
    shows_.set(to, now + show_pause);
}

void WaitingRoom::tick(SteadyTime now) {
    for (const PeerId to : shows_.take_due(now)) show_more(to, now);
}

void WaitingRoom::show_more(PeerId to, SteadyTime now) {
    auto& shown = shown_.at(to);
    if (outside_.backlog(to) < enough_waiting)
        for (const auto& entry : some(shown.upto, shown_at_once)) {
            if (entry.peer > shown.last) break;
            outside_.send(to, {control::PresenceChanged{entry, false}, {}, {}});
            shown.upto = entry.peer;
        }
    const auto next = some(shown.upto, 1);
    if (!next.empty() && next.front().peer <= shown.last)
        shows_.set(to, now + show_pause);
    else
        shown_.erase(to);
}

std::string WaitingRoom::guest_name(std::string_view host_name, std::string_view digits) const {
    const std::string wanted = fmt::format("{}-{}", host_part(host_name), digits);
    std::string name = wanted;
    for (int n = 2; names_of_guests_.contains(name); ++n) name = fmt::format("{}-{}", wanted, n);
    return name;
}

void WaitingRoom::tell_operators(const control::Message& message, PeerId but) {
    const control::Envelope envelope{message, {}, {}};
    for (const PeerId id : operators_)
        if (id != but && !peers_.at(id).closing) outside_.send(id, envelope);
}

}  // namespace pronto::hub
