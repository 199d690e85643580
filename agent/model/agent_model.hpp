#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/consents.hpp"
#include "agent/model/kept_place.hpp"
#include "agent/model/known_hubs.hpp"
#include "agent/model/link.hpp"
#include "agent/model/screen.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::agent {

enum class Phase {
    idle,  ///< not connected
    connecting,
    untrusted,  ///< the hub showed a key that is not trusted; `untrusted` has it
    waiting,    ///< online as `name`; an operator may ask
    asked,      ///< an operator asks; answer before `deadline`
    starting,   ///< granted; the screen is being joined
    shared,     ///< the operator sees the screen
};
std::string_view name(Phase phase);

/// The key of a hub that is not trusted (yet).
struct UntrustedHub {
    std::string fingerprint;  ///< "sha256:<64 hex digits>", as --hub-pin takes it
    std::string words;        ///< the same for the telephone
    bool mismatch = false;    ///< another key was expected: refused, no question
};

/// What the user should read once: why something failed or ended.
struct Notice {
    bool problem = false;  ///< else it is good or neutral news
    std::string message;
    std::string remedy;
    bool operator==(const Notice&) const = default;
};

/// A session that is over.
struct EndedSession {
    std::string operator_name;
    control::EndReason reason = control::EndReason::drop;
    std::string message;
    std::int64_t duration_ms = 0;
};

/// Somebody wants to join the session that is shared.
struct JoinQuestion {
    int leg = 2;
    std::string operator_name;
    control::Mode mode = control::Mode::view;
    SteadyTime deadline{};
};

/// The connection to the hub is lost, or not there yet, and is tried again and again by itself.
struct Away {
    std::string message;  ///< why
    std::string remedy;
    SteadyTime again{};   ///< the next try
    tunnel::LinkFailure::Kind kind{};  ///< with `code`: what is the same trouble, however its words differ from try to try
    control::Code code{};
};

/// The session waits: its operator does not see the screen now, and will again, by himself, if it is not over before.
struct Hold {
    control::Party awaited = control::Party::nobody;  ///< whose connection; nobody: both are there, the picture is not yet
    SteadyTime until{};
};

/// All a window needs to show. Texts from peers are presentable.
struct AgentState {
    Phase phase = Phase::idle;
    tunnel::HubAddress hub;
    std::string name;  ///< of this computer, as operators see it
    std::optional<UntrustedHub> untrusted;
    std::optional<Notice> notice;
    std::optional<Away> away;  ///< in every phase from `connecting` on but `untrusted`
    bool resuming = false;     ///< connecting: as the guest that the last run of the program was
    std::optional<std::string> proxy_wants_login;  ///< this proxy; use_proxy_login() goes on

    // asked, starting, shared
    std::string operator_name;
    control::Mode mode = control::Mode::control;
    bool recorded = false;
    std::int64_t retention_days = 0;
    control::Party paused_by = control::Party::nobody;  ///< the recording
    bool may_pause = false;  ///< the recording, here
    std::string hint;       ///< shared: something to read in passing; gone again after some seconds
    SteadyTime deadline{};  ///< asked
    UnixMillis since = 0;   ///< shared
    std::vector<control::SessionViewer> viewers;  ///< starting, shared: who was let in and is there; the first is `operator_name`
    std::optional<Hold> hold;                     ///< starting, shared
    std::optional<JoinQuestion> joining;          ///< answer it before its deadline, while the screen goes on being shared

    int sessions_ended = 0;  ///< in this program's life
    std::optional<EndedSession> last;
};

/// The guest's side of a support session: what the window and `--no-window` both drive. Lives on one thread; the clock,
/// the link to the hub and the screen are handed in.
class AgentModel {
public:
    struct Parts {
        const Clock* clock = nullptr;
        Dial dial;
        MakeScreen make_screen;
        const KnownHubs* known_hubs = nullptr;  ///< none: nothing is remembered
        std::string system = {};                ///< what is shared, if not this computer's own screen
        tunnel::NetworkSettings network = {};
        KeptPlace* kept = nullptr;              ///< none: another run of the program cannot go on
    };
    /// `changed` is called after every change of the state.
    AgentModel(Parts parts, std::function<void(const AgentState&)> changed);
    ~AgentModel();
    AgentModel(const AgentModel&) = delete;
    AgentModel& operator=(const AgentModel&) = delete;

    const AgentState& state() const { return state_; }

    /// `ticket` as typed. Without pins: the key remembered for that hub, else the system's authorities.
    void connect(const tunnel::HubAddress& hub, const tunnel::Trust& trust, const std::string& ticket);
    /// Goes on as the guest that the last run of the program was, without its session: the operator has to ask again. False
    /// if there is none, or (with `only`) it is at another hub. Pins that are given count, else those it was kept with.
    bool resume(const std::optional<tunnel::HubAddress>& only = {}, const tunnel::Trust& trust = {});
    /// While it is away.
    void retry_now();
    /// From now on; goes on with what failed for want of it.
    void use_proxy_login(const std::string& user, Secret password);
    /// In untrusted, unless another key was expected: this key from now on, and connects again.
    void trust_and_remember();
    /// To the consent question.
    void answer(bool granted);
    /// To `state().joining`, if it is this leg's: whoever answers may have read the question before.
    void answer_join(int leg, bool granted);
    /// The recording of what is shared.
    void pause_recording(bool paused);
    /// The red button: cuts the screen at once, whatever the network does. Also says no to a question.
    void end();
    void disconnect();
    /// There is no screen any more: the operator hears `why` and the hub that this guest has gone. Idle, with a notice.
    void screen_gone(const std::string& why);

    /// The time does something at next_deadline() (a question's end means no, a hint goes): call tick() then.
    std::optional<SteadyTime> next_deadline() const;
    void tick();

private:
    void dial();
    void hear(const control::Envelope& envelope);
    void hear(const control::SessionAsk& ask);
    void hear(const control::SessionStatus& status);
    void hear(const control::SessionStream& stream);
    void hear(const control::SessionEnded& ended);
    void hear(const control::Clipboard& clipboard);
    void hear(const control::HubStopping&);
    void hear(const control::Refused& refused);
    template <class Other>
    void hear(const Other&) {}  ///< for operators only

    void opened(const control::Welcome& welcome);
    void failed(const tunnel::LinkFailure& failure);
    void interrupted(const tunnel::LinkFailure& failure, Millis again_in);
    void resumable(const tunnel::Resume& resume);
    void keep_place();
    void forget_place();
    void start_dialling();
    void hear_hold(const control::SessionStatus& status);
    void hold(control::Party awaited, Millis longest);
    void end_late_hold();
    void give_up_hold(const std::string& why);
    bool can_wait(const tunnel::LinkFailure& failure) const;
    /// `was_trusted`: this hub, before: it is no first contact.
    void distrust(const tunnel::LinkFailure& failure, bool was_trusted);
    void open(int leg, const control::SessionStream& stream);
    bool is_newest(const std::string& session, int leg, const std::string& stream) const;
    void share(int leg, int fd);
    void lose_stream(const std::string& session, int leg, const tunnel::LinkFailure& failure);
    void lose_leg(const std::string& session, int leg, const Notice& notice);
    void hear_join(const control::SessionAsk& ask);
    void hear_viewers(const control::SessionStatus& status);
    void end_late_joins();
    void show_viewers();
    void give_up(const std::string& session, const Notice& notice);
    void hang_up();
    Notice why_offline(const tunnel::LinkFailure& failure) const;
    void hint(std::string text);
    void close_session(control::EndReason reason, const std::string& message, std::int64_t duration_ms);
    void over(control::EndReason reason, const std::string& message, std::int64_t duration_ms);
    void copied(std::string text);
    void copied_too_much();
    void leave_session(const std::string& why = {});
    bool in_session() const;
    void send(control::Message message);
    void go_idle();
    void notify();

    Parts parts_;
    std::function<void(const AgentState&)> changed_;
    AgentState state_;
    std::unique_ptr<Screen> screen_;
    std::unique_ptr<Link> link_;
    tunnel::Trust trust_;
    std::string ticket_;
    tunnel::Pin presented_{};
    std::string session_;  ///< id of the one asked or under way
    Consents consents_;    ///< in it
    std::vector<JoinQuestion> joins_;                  ///< the first is shown
    std::map<int, std::string> newest_;                ///< of each leg: the stream that was opened last
    std::map<int, control::SessionStream> unclaimed_;  ///< of legs of which the hub has not said yet whose they are
    SteadyTime hint_until_{};
    bool guests_may_pause_ = false;   ///< the recording, on this hub
    bool key_is_remembered_ = false;  ///< the hub's expected key is the one the user once agreed to
    bool hub_stops_ = false;          ///< it has said so
    std::optional<tunnel::Resume> from_;  ///< what is dialled with in place of a ticket
    std::optional<Place> place_;          ///< at the hub, once it has given one
    bool keeps_ = true;                   ///< the place, for another run
    SteadyTime keep_again_{};
    Millis grace_{0};                     ///< the hub's
    std::optional<SteadyTime> unheard_;   ///< until then the hub, which is back, must say something of the session
};

}  // namespace pronto::agent
