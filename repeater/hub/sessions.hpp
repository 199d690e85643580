#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "repeater/hub/assistances.hpp"
#include "repeater/hub/deadlines.hpp"
#include "repeater/hub/hub.hpp"
#include "repeater/hub/session_machine.hpp"
#include "repeater/hub/stream_tokens.hpp"
#include "repeater/hub/waiting_room.hpp"

namespace pronto::hub {

/// Who asked for what is happening, and with which message.
struct Asked {
    PeerId by = 0;
    std::optional<std::uint64_t> number;
};

/// The sessions under way, from the request to the end. An ended one is in the records only.
class Sessions {
public:
    /// How long both legs of a granted session may take to come.
    static constexpr Millis legs_timeout{30'000};
    /// Who ends a session closes his leg too, and his message may come a moment later than that: so long a leg that
    /// ended is not yet called lost.
    static constexpr Millis last_words{250};
    /// A paused session whose streams do not come although both sides are there is offered them anew this often.
    static constexpr Millis offering{20'000};
    /// A session that a hub which starts anew finds has at least so long.
    static constexpr Millis least_grace{30'000};
    /// How often the bytes of running sessions are written down.
    static constexpr Millis counting{5'000};
    static constexpr std::size_t most_viewers = 8;  ///< of one session

    Sessions(const Settings& settings, const Clock& clock, Outside& outside, Records& records, WaitingRoom& room,
             Assistances& assistances);

    using Number = std::optional<std::uint64_t>;
    using Refusal = std::optional<control::Error>;

    // What peers ask for; `number` is their message's, for the answer to name it. What is returned was refused.
    Refusal request(const Peer& from, const control::SessionRequest& request, Number number);
    Refusal answer(const Peer& from, const control::SessionAnswer& answer, Number number);
    Refusal join(const Peer& from, const control::SessionJoin& join, Number number);
    Refusal end(const Peer& from, const control::SessionEnd& end, Number number);
    Refusal pause_recording(const Peer& from, const control::RecordingPause& wish, Number number);
    Refusal clipboard(const Peer& from, const control::Clipboard& clipboard);

    /// A session of this guest's that lost its leg ends now: somebody wants to begin another.
    void settle(PeerId guest);
    /// Call while the peer is still in the room. `chosen`: it said goodbye; else its connection was lost, and it may come back.
    void peer_left(PeerId peer, bool chosen);
    /// It is back, as `peer`, and these sessions are to go on. It is told of each.
    void operator_back(const Peer& peer, const std::vector<std::string>& sessions);
    /// The guest of this case.
    void guest_back(const Peer& peer, const std::vector<std::string>& sessions);
    /// Ends the sessions that wait for an operator whose account was disabled meanwhile.
    void accounts_are(const Credentials& enabled);
    /// Left open by the hub's last run; paused. `parts`: of the movie, so far.
    void restore(const SessionRecord& row, int parts);
    bool has(PeerId peer) const { return of_peer_.contains(peer); }

    std::variant<StreamGrant, control::Error> redeem(const std::string& session, const std::string& stream,
                                                     const std::string& token);
    void streaming(const std::string& session, int leg);
    void stream_closed(const std::string& session, int leg, const StreamEnd& end);

    void tick();
    std::optional<SteadyTime> next_deadline() const;
    void stop();

    std::size_t size() const { return sessions_.size(); }
    /// Throws std::logic_error naming what does not hold. For tests.
    void check() const;

private:
    /// Which viewer leg of which session; the first is the session's own.
    using LegId = std::pair<std::string, int>;
    /// A viewer that joined a session: leg 2 or later, of one stream.
    struct Joined {
        PeerId peer = 0;
        std::int64_t operator_id = 0;
        std::string operator_name;
        std::string address;
        control::Mode mode = control::Mode::control;
        SessionMachine machine;
        bool stream_open = false;
        std::optional<UnixMillis> granted;
        std::optional<UnixMillis> streaming;
    };
    struct Session {
        SessionRecord record;
        SessionMachine machine;
        SteadyTime opened;  ///< when `record.requested` was
        PeerId operator_peer = 0;  ///< 0: it is away
        PeerId guest_peer = 0;     ///< likewise
        bool legs_open = false;
        bool reopening = false;  ///< the stream is being closed, for one of the next generation
        bool abandoned = false;  ///< the guest is back, and not in it any more
        int parts = 0;           ///< of the movie, in the generations that are over
        bool stream_redeemed = false;  ///< the stream under way, by one side at least
        bool stream_recorded = false;  ///< as it was granted to the first side
        /// Each side ends its own pause of the movie only.
        bool records() const { return record.recorded && !record.operator_pauses && !record.guest_pauses; }
        bool both_there() const { return operator_peer != 0 && guest_peer != 0; }
        std::string lost;  ///< a leg ended: what the drop will be called if nobody says more
        Traffic earlier;   ///< of the streams that are over
        std::map<int, Joined> joined;  ///< by leg
        std::map<std::int64_t, control::Mode> let_in;  ///< operators the guest agreed to, and to how much
        int last_leg = 1;
        bool any_stream() const;
    };

    static control::Error no_such_session();
    static control::Error password_wanted(const std::string& guest);
    Session* find(const std::string& id);
    /// The session if `peer` takes part in it: others learn nothing about it, not even that it exists.
    Session* find_own(PeerId peer, const std::string& id);
    Session& open(const Peer& asking, const Peer& guest, control::Mode mode);
    void ask(Session& session, const std::string& password);
    Refusal pass_clipboard(const Session& session, const Peer& from, const control::Clipboard& clipboard);
    void grant(Session& session, Asked asked);
    void offer_streams(Session& session);
    // Lost and found: session_resumption.cpp.
    bool can_pause(const Session& session) const;
    bool can_wait_for(const Session& session, PeerId peer) const;
    void pause(Session& session, Asked asked = {});
    void lose(Session& session, PeerId peer);
    void part_looking_on(Session& session);
    bool is_same_console(PeerId before, const Peer& now) const;
    /// The session with this guest that waits for this very operator; nullptr: there is none.
    Session* waiting_for(const Peer& from, const Peer& guest);
    void take_back(Session& session, PeerId Session::*place, PeerId peer, Asked asked = {});
    void offer_if_both_there(Session& session);
    void offer_again(Session& session);
    void paused_stream_closed(Session& session, bool reopening);
    void tell_over(const Peer& peer, const std::string& id);
    static std::string late_words(const Session& session);
    void keep_open(Session& session);
    void reopen_if_unrecorded(Session& session);
    /// Over: told to both sides, saved, audited, forgotten. `words` replaces the usual ones. `session` is gone
    /// afterwards.
    void finish(Session& session, SessionEvent event, const std::string& words = {}, Asked asked = {},
                std::optional<control::Code> problem = std::nullopt);
    void close_books(Session& session, const std::string& words);
    void forget(const Session& session);
    // Viewers that join: session_viewers.cpp.
    Refusal refusal_of(const Session& session, const Peer& from, const control::SessionJoin& join) const;
    static bool is_let_in(const Session& session, const Peer& peer, control::Mode mode);
    static void note_let_in(Session& session, std::int64_t operator_id, control::Mode mode);
    Refusal answer_joining(Session& session, const control::SessionAnswer& answer, Asked asked);
    void let_in(Session& session, int leg, Asked asked);
    void joined_streaming(Session& session, int leg);
    /// A standard viewer's window was closed: that is how its operator ends a session.
    bool is_goodbye(PeerId peer, const StreamEnd& end) const;
    void joined_stream_closed(Session& session, int leg, const StreamEnd& end);
    void joined_is_late(Session& session, int leg);
    /// Its leg is over: told to it, the others hear of who is left. The leg is gone afterwards.
    void part(Session& session, int leg, SessionEvent event, const std::string& words = {}, Asked asked = {});
    void say_goodbye(const Session& session, int leg, control::EndReason reason, const std::string& words, Asked asked);
    /// All of them, because the session is over; it has its reason.
    void part_all(Session& session);
    void unlink(PeerId peer, const std::string& session);
    void save_joined(const Session& session, int leg, std::optional<UnixMillis> left);

    void save(Session& session);
    /// Now, for the session's own row: what the wall clock said at the request, and the time since. So a clock that is
    /// set in the middle of a session neither turns its times round nor makes it last less than nothing.
    UnixMillis time_in(const Session& session) const;
    /// Brings the row's bytes up to date; false if they were.
    bool count_bytes(Session& session);
    void save_counters();
    void save_participants(const SessionRecord& row);
    void audit(const std::string& actor, const char* action, const SessionRecord& row, const std::string& detail = {});
    /// To a peer that is still there; with `re` if it is the one that asked.
    void send(PeerId peer, control::Message message, Asked asked = {});
    void tell_both(const Session& session, const control::Message& message, Asked asked = {});
    /// To everybody in it, each his own leg's.
    void tell_state(const Session& session, Asked asked = {});
    control::SessionStatus status(const Session& session, int leg = 1) const;

    const Settings& settings_;
    const Clock& clock_;
    Outside& outside_;
    Records& records_;
    WaitingRoom& room_;
    Assistances& assistances_;
    StreamTokens tokens_;
    std::map<std::string, Session> sessions_;
    std::map<PeerId, std::set<std::string>> of_peer_;
    Deadlines<LegId> deadlines_;  ///< leg 0: when a paused session's streams are offered anew
    std::optional<SteadyTime> next_count_;  ///< set while any session runs
};

}  // namespace pronto::hub
