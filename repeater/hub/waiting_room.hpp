#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "repeater/hub/deadlines.hpp"
#include "repeater/hub/hub.hpp"

namespace pronto::hub {

/// Somebody online.
struct Peer {
    control::Presence presence;
    Account account;       ///< operators
    bool closing = false;  ///< told to go: nothing it still says counts
    bool may_return = false;  ///< after a lost connection: it can prove that it is the same

    PeerId id() const { return presence.peer; }
    /// Or an operator's viewer.
    bool is_operator() const { return presence.role == control::Role::operator_ || is_viewer(); }
    /// Takes part in sessions, but nobody sees it here.
    bool is_viewer() const { return presence.role == control::Role::viewer; }
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
    /// The guest is a VNC server with a password of its own, as it turned out.
    void show_wants_password(PeerId guest);
    void close(PeerId peer);

    Peer* find(PeerId peer);
    const Peer* find(PeerId peer) const;
    std::size_t size() const { return peers_.size(); }
    std::vector<PeerId> ids() const;
    /// Whoever has an account. A copy: who is in it may be closed meanwhile.
    std::vector<PeerId> operators() const;
    /// At most `most` of those whose id is larger than `after`, the smallest first.
    std::vector<control::Presence> some(PeerId after, std::size_t most) const;

    /// Tells an operator who has just come of everybody: at once what fits into one message, the others bit by bit as
    /// he takes them.
    void show_everybody(PeerId to, SteadyTime now);
    void tick(SteadyTime now);
    std::optional<SteadyTime> next_deadline() const { return shows_.first(); }
    /// The guest of that name or ticket, or of that computer if it is the only one; nullptr otherwise.
    const Peer* find_guest(std::string_view typed) const;
    bool has_name(const std::string& guest) const { return names_of_guests_.contains(guest); }
    bool has_ticket(const std::string& ticket) const { return tickets_of_guests_.contains(ticket); }
    /// "NETCECK-210EB" from "netceck.example.org" and "210EB"; numbered if somebody online has that name.
    std::string guest_name(std::string_view host_name, std::string_view digits) const;

private:
    /// How far an operator has been told.
    struct Shown {
        PeerId upto = 0;
        PeerId last = 0;  ///< whoever came later was told to him then
    };

    void tell_operators(const control::Message& message, PeerId but = 0);
    void show_more(PeerId to, SteadyTime now);

    Outside& outside_;
    std::map<PeerId, Peer> peers_;
    std::set<PeerId> operators_;
    std::set<PeerId> viewers_;
    std::map<std::string, PeerId> names_of_guests_;
    std::map<std::string, PeerId> tickets_of_guests_;
    std::map<PeerId, Shown> shown_;
    Deadlines<PeerId> shows_;
};

}  // namespace pronto::hub
