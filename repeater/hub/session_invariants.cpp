#include <stdexcept>

#include "repeater/hub/sessions.hpp"

// What holds of the sessions at any time.
namespace pronto::hub {

using control::SessionState;

void Sessions::check() const {
    const auto holds = [](bool condition, const char* what) {
        if (!condition) throw std::logic_error(what);
    };
    std::size_t links = 0;
    for (const auto& [peer, ids] : of_peer_) {
        const Peer* here = room_.find(peer);
        holds(here && !ids.empty(), "whoever takes part in a session is online");
        holds(here->is_operator() || ids.size() == 1, "a guest has one session at a time");
        links += ids.size();
    }
    std::size_t joined = 0;
    for (const auto& [id, session] : sessions_) joined += session.joined.size();
    holds(links == 2 * sessions_.size() + joined, "every session has two peers, and who joined");
    for (const auto& [id, session] : sessions_) {
        const auto state = session.machine.state();
        holds(!session.machine.ended(), "an ended session is forgotten");
        holds(of_peer_.at(session.operator_peer).contains(id) && of_peer_.at(session.guest_peer).contains(id),
              "both peers know their session");
        holds((state == SessionState::streaming && session.lost.empty()) != deadlines_.of({id, 1}).has_value(),
              "only a streaming session waits for nothing");
        for (const auto& [leg, one] : session.joined) {
            holds(leg > 1 && leg <= session.last_leg && of_peer_.at(one.peer).contains(id), "who joined knows the session");
            holds((one.machine.state() == SessionState::streaming) != deadlines_.of({id, leg}).has_value(),
                  "only a viewer that sees the screen waits for nothing");
        }
        holds(!session.legs_open || next_count_, "what passes is written down");
        holds(!session.record.assistance.empty(), "a session belongs to a case");
        holds(room_.find(session.guest_peer)->presence.session == (session.record.streaming ? id : ""),
              "the list shows the session from its first picture on");
        holds(session.record.granted.has_value() == (session.generation > 0), "streams are offered after consent only");
    }
}

}  // namespace pronto::hub
