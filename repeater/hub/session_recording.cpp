#include <utility>

#include "repeater/hub/sessions.hpp"

// Whether what is seen in a session gets into its movie. The session's course is in sessions.cpp.
namespace pronto::hub {

using control::Code;
using control::Error;

Sessions::Refusal Sessions::pause_recording(const Peer& from, const control::RecordingPause& wish, Number number) {
    Session* session = find_own(from.id(), wish.session);
    if (!session) return no_such_session();
    const auto& row = session->record;
    const auto& policy = settings_.policy;
    if (!(from.is_operator() ? policy.operator_may_pause : policy.guest_may_pause))
        return Error{Code::forbidden, "On this hub you may not pause the recording.", "Ask its administrator."};
    if (from.id() != session->operator_peer && from.id() != session->guest_peer)
        return Error{Code::forbidden, "Only who asked for the session may pause its recording.", {}};
    if (!row.recorded) return Error{Code::conflict, "This session is not recorded.", {}};
    if (!row.granted) return Error{Code::conflict, "The session has not begun.", "Try again when it has."};
    const Peer* guest = room_.find(session->guest_peer);
    if (guest && guest->presence.kind == control::Kind::vnc)
        return Error{Code::conflict, "The recording of a VNC server that registered here cannot be paused.",
                     "It gives its picture once, and a movie that goes on needs it anew. End the session instead."};
    const Peer* asking = room_.find(session->operator_peer);
    if (!wish.paused && asking && asking->is_viewer() && session->record.streaming)
        return Error{Code::conflict, "The recording cannot go on in this session: a standard VNC viewer shows it.",
                     "A movie that goes on needs the picture anew, and such a viewer cannot begin anew. Ask for another session."};
    bool& own = from.is_operator() ? session->record.operator_pauses : session->record.guest_pauses;
    if (!wish.paused && !own && !session->records())
        return Error{Code::forbidden, "The other side has paused the recording.", "Ask them to let it go on."};
    const bool before = session->records();
    if (std::exchange(own, wish.paused) != wish.paused) {
        save(*session);
        audit(from.is_operator() ? row.operator_name : row.guest_name,
              wish.paused ? "recording.pause" : "recording.resume", row);
    }
    if (before && !session->records()) {
        session->stream_recorded = false;
        outside_.pause_recording(row.id);
    }
    reopen_if_unrecorded(*session);
    tell_state(*session, {from.id(), number});
    return std::nullopt;
}

/// What comes next needs what passed unrecorded: only a new RFB connection, with new zlib streams, can be drawn alone.
/// A stream that is not there yet is looked at again when it is.
void Sessions::reopen_if_unrecorded(Session& session) {
    if (!session.records() || session.stream_recorded || !session.legs_open || session.reopening) return;
    session.machine.apply(SessionEvent::reopen);
    session.reopening = true;
    deadlines_.set({session.record.id, 1}, clock_.now() + legs_timeout);
    save(session);
    outside_.close_stream(session.record.id, 1, {});
}

}  // namespace pronto::hub
