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
    std::size_t in_them = 0;
    for (const auto& [id, session] : sessions_)
        in_them += (session.operator_peer != 0) + (session.guest_peer != 0) + session.joined.size();
    holds(links == in_them, "every session has its peers, and who joined");
    for (const auto& [id, session] : sessions_) {
        const auto state = session.machine.state();
        holds(!session.machine.ended(), "an ended session is forgotten");
        for (const PeerId peer : {session.operator_peer, session.guest_peer})
            holds(peer == 0 || of_peer_.at(peer).contains(id), "both peers know their session");
        holds(session.both_there() || state == SessionState::paused, "only a paused session waits for somebody");
        holds(state != SessionState::paused || session.joined.empty(), "nobody looks on in a session that waits");
        holds((state == SessionState::streaming && session.lost.empty()) != deadlines_.of({id, 1}).has_value(),
              "only a streaming session waits for nothing");
        for (const auto& [leg, one] : session.joined) {
            holds(leg > 1 && leg <= session.last_leg && of_peer_.at(one.peer).contains(id), "who joined knows the session");
            holds((one.machine.state() == SessionState::streaming) != deadlines_.of({id, leg}).has_value(),
                  "only a viewer that sees the screen waits for nothing");
        }
        holds(!session.legs_open || next_count_, "what passes is written down");
        holds(!session.record.assistance.empty(), "a session belongs to a case");
        holds(session.guest_peer == 0 || room_.find(session.guest_peer)->presence.session == (session.record.streaming ? id : ""),
              "the list shows the session from its first picture on");
        holds(session.record.granted.has_value() == (session.record.generation > 0), "streams are offered after consent only");
    }
}

}  // namespace pronto::hub
