#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "repeater/hub/hub.hpp"

namespace pronto::hub {

/// Somebody online.
struct Peer {
    control::Presence presence;
    Account account;       ///< operators
    bool closing = false;  ///< told to go: nothing it still says counts

    PeerId id() const { return presence.peer; }
    bool is_operator() const { return presence.role == control::Role::operator_; }
};

/// Who is online. Tells every operator who comes, changes and goes.
class WaitingRoom {
public:
    explicit WaitingRoom(Outside& outside) : outside_(outside) {}

    /// Everybody else's operators hear of it.
    void arrive(Peer peer);
    void leave(PeerId peer);
    /// The session that the guest takes part in is shown to every operator; empty: none.
    void show_session(PeerId guest, const std::string& session);
    void close(PeerId peer);

    Peer* find(PeerId peer);
    const Peer* find(PeerId peer) const;
    std::size_t size() const { return peers_.size(); }
    std::vector<PeerId> ids() const;
    std::vector<PeerId> ids_of_operator(std::int64_t operator_id) const;
    std::vector<control::Presence> everybody() const;
    /// "NETCECK-210EB" from "netceck.example.org" and "210EB"; numbered if somebody online has that name.
    std::string guest_name(std::string_view host_name, std::string_view digits) const;

private:
    void tell_operators(const control::Message& message, PeerId but = 0);

    Outside& outside_;
    std::map<PeerId, Peer> peers_;
    std::set<PeerId> operators_;
    std::set<std::string> names_of_guests_;
};

}  // namespace pronto::hub
