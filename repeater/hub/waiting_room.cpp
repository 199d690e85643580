#include "repeater/hub/waiting_room.hpp"

#include <fmt/format.h>

namespace pronto::hub {

namespace {

/// NetBIOS names have 15 characters, Linux host names up to 64; beyond this a tree entry is no longer readable.
constexpr std::size_t longest_host_part = 32;

std::string host_part(std::string_view host_name) {
    std::string part;
    for (const char c : host_name.substr(0, host_name.find('.'))) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        const bool kept =
            (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9') || upper == '-' || upper == '_';
        if (kept && part.size() < longest_host_part) part += upper;
    }
    return part.empty() ? "GUEST" : part;
}

}  // namespace

void WaitingRoom::arrive(Peer peer) {
    const auto id = peer.id();
    if (peer.is_operator())
        operators_.insert(id);
    else
        names_of_guests_.insert(peer.presence.name);
    const auto& entry = peers_.emplace(id, std::move(peer)).first->second.presence;
    tell_operators(control::PresenceChanged{entry, true}, id);
}

void WaitingRoom::leave(PeerId peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    const std::string name = found->second.presence.name;
    operators_.erase(peer);
    if (!found->second.is_operator()) names_of_guests_.erase(name);
    peers_.erase(found);
    tell_operators(control::PresenceLeft{peer, name});
}

void WaitingRoom::show_session(PeerId guest, const std::string& session) {
    Peer* peer = find(guest);
    if (!peer || peer->presence.session == session) return;
    peer->presence.session = session;
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

std::vector<PeerId> WaitingRoom::ids() const {
    std::vector<PeerId> ids;
    for (const auto& [id, peer] : peers_) ids.push_back(id);
    return ids;
}

std::vector<PeerId> WaitingRoom::ids_of_operator(std::int64_t operator_id) const {
    std::vector<PeerId> ids;
    for (const PeerId id : operators_)
        if (peers_.at(id).account.id == operator_id) ids.push_back(id);
    return ids;
}

std::vector<control::Presence> WaitingRoom::everybody() const {
    std::vector<control::Presence> entries;
    for (const auto& [id, peer] : peers_) entries.push_back(peer.presence);
    return entries;
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
