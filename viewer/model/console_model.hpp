#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/messages.hpp"
#include "viewer/model/link.hpp"
#include "viewer/model/screens.hpp"
#include "viewer/model/session.hpp"
#include "viewer/model/settings.hpp"

namespace pronto::viewer {

/// How things stand with the hub.
struct Connection {
    enum class State {
        not_logged_in,  ///< `error` says why, if a log-in failed
        connecting,
        proxy_asks,     ///< the proxy `proxy` wants a user and a password, or others: ask the operator
        untrusted,      ///< the hub showed the key `presented`, which nobody vouches for: ask the operator
        logged_in,
        reconnecting,   ///< was logged in; `error` says what happened. Comes back by itself
        lost,           ///< was logged in, and does not come back by itself
    };
    State state = State::not_logged_in;
    tunnel::HubAddress hub;
    std::string user;                      ///< as typed
    std::string name;                      ///< logged_in: as the hub calls the operator
    std::optional<tunnel::Pin> presented;  ///< untrusted
    bool pin_mismatch = false;             ///< untrusted: another key was pinned; never offer to go on with one click
    std::optional<control::Error> error;
    SteadyTime next_try{};                 ///< reconnecting
    tunnel::LinkFailure::Kind trouble{};   ///< reconnecting: what the last try met
    std::string proxy;                     ///< proxy_asks; reconnecting, if a proxy asks: "http://proxy.example:3128"
};

/// A line of the log pane.
struct LogLine {
    enum class Severity { info, warning, error };
    UnixMillis time = 0;
    Severity severity = Severity::info;
    std::string text;
};

struct CreatedTicket {
    std::string ticket;
    UnixMillis expires = 0;
    std::string text;  ///< the operator's template with this ticket merged in
};

/// What a session is asked for with.
struct SessionWish {
    control::Mode mode = control::Mode::control;
    SeenIn seen_in = SeenIn::window;
    std::string password = {};  ///< of a VNC server that has one; nothing of it is kept
};

/// A one-time pass for a VNC viewer, and where it is good.
struct CreatedPass {
    control::PassCreated pass;
    std::uint64_t peer = 0;     ///< the guest
    std::string viewer_url;     ///< "vnc://hub.example:5900"; empty: the hub takes no viewers by a pass
    std::string repeater_url;   ///< "hub.example:5901", for viewers that know UltraVNC's repeater; empty likewise
};

struct Report {
    enum class State { saving, saved, failed };
    control::ReportSave content;
    State state = State::saving;
    std::optional<control::Error> error;
};

/// Hears what changes in the model; read the new state from the model. All on the model's thread; commands may be given
/// from inside, listeners may be added and removed from inside.
class ConsoleListener {
public:
    virtual ~ConsoleListener() = default;
    virtual void connection_changed() {}
    virtual void policy_changed() {}
    virtual void presence_changed() {}
    /// For popups; presence_changed() came before.
    virtual void arrived(const control::Presence& /*entry*/) {}
    virtual void departed(const control::Presence& /*entry*/) {}
    virtual void logged(const LogLine& /*line*/) {}
    virtual void ticket_created(const CreatedTicket& /*ticket*/) {}
    virtual void ticket_refused(const control::Error& /*why*/) {}
    virtual void pass_created(const CreatedPass& /*pass*/) {}
    /// `problem`s with a VNC server's password: ask again with it.
    virtual void pass_refused(std::uint64_t /*peer*/, const control::Error& /*why*/) {}
    virtual void session_changed(const Session& /*session*/) {}
    virtual void report_changed(const Report& /*report*/) {}
    virtual void clipboard_received(const Session& /*session*/, const std::string& /*text*/) {}
    virtual void settings_changed() {}
};

/// What the console knows and does. One thread, no sockets, no widgets, no clock of its own.
class ConsoleModel final : private Link::Events, private Screens::Events {
public:
    /// `hello` says who this computer is (its role and protocol are set here). The references must outlive the model.
    ConsoleModel(Link& link, Screens& screens, SettingsStore& store, const Clock& clock, control::Hello hello);
    ~ConsoleModel();
    ConsoleModel(const ConsoleModel&) = delete;
    ConsoleModel& operator=(const ConsoleModel&) = delete;

    void add_listener(ConsoleListener& listener);
    void remove_listener(ConsoleListener& listener);

    // What is known.
    const Connection& connection() const { return connection_; }
    bool logged_in() const { return connection_.state == Connection::State::logged_in; }
    bool reconnecting() const { return connection_.state == Connection::State::reconnecting; }
    std::string status_text() const;  ///< for the status bar: "Logged in as anna at hub.example:443"
    /// Is there something that changes with the time alone? Then look_at_the_clock() is to be called about every second.
    bool counts_seconds() const;
    const control::Policy& policy() const { return policy_; }
    std::uint64_t own_peer() const { return own_peer_; }
    /// Everybody online, this console included: operators, hosts, guests, each by name.
    const std::vector<control::Presence>& presence() const { return presence_; }
    const control::Presence* find_peer(std::uint64_t peer) const;
    /// By name ("NETCECK-210EB", any case) or ticket, as typed; guests and hosts only.
    const control::Presence* find_guest(const std::string& name_or_ticket) const;
    const std::deque<LogLine>& log() const { return log_; }
    const std::vector<CreatedTicket>& tickets() const { return tickets_; }  ///< of this log-in, newest last
    const std::map<SessionNumber, Session>& sessions() const { return sessions_; }
    const Session* find_session(SessionNumber number) const;
    const Session* live_session_with(std::uint64_t peer) const;
    const Report* find_report(const std::string& assistance) const;
    const Settings& settings() const { return settings_; }
    const tunnel::ProxySettings& proxy() const { return proxy_; }
    /// Have sessions ended here of which the hub does not know yet?
    bool has_ends_to_tell() const { return !given_up_.empty(); }
    /// How long the hub keeps sessions waiting for a connection that was lost.
    Millis grace() const { return grace_; }

    // What can be done. A command that does not fit the state logs why as an error and does nothing.
    /// With the pins of `trust`; if there are none, with those remembered for this hub.
    void log_in(const tunnel::HubAddress& hub, const tunnel::Trust& trust, const std::string& user,
                const std::string& password);
    /// In `untrusted`: remembers the presented key for this hub and goes on logging in.
    void trust_and_remember();
    /// The proxy that asks gets this user and password, which are remembered only if that is wanted; and goes on.
    void answer_proxy(const std::string& user, const Secret& password, bool remember);
    /// From the next connection on; while reconnecting, now. Kept in the settings, all but the password.
    void change_proxy(const tunnel::ProxySettings& proxy);
    /// The same for this run only.
    void use_proxy(const tunnel::ProxySettings& proxy);
    void log_out();
    void retry_now();          ///< while reconnecting
    void look_at_the_clock();  ///< ends what has waited for too long
    bool new_ticket();
    std::optional<SessionNumber> request_session(std::uint64_t peer, const SessionWish& wish);
    std::optional<SessionNumber> request_session(std::uint64_t peer, control::Mode mode) {
        return request_session(peer, SessionWish{mode});
    }
    /// One more viewer for the session that somebody has with this guest.
    std::optional<SessionNumber> join_session(std::uint64_t peer, const SessionWish& wish);
    /// Why no pass for a VNC viewer can be had; empty if one can.
    std::string why_no_pass() const;
    bool new_pass(std::uint64_t peer, control::Mode mode, const std::string& password = {});
    /// While reconnecting it ends here at once; the hub hears of it later.
    void end_session(SessionNumber number);
    /// Stops the movie for a while, or lets it go on.
    bool pause_recording(SessionNumber number, bool paused);
    /// Forgets an ended session. A live one stays.
    void forget_session(SessionNumber number);
    /// While reconnecting it is `saving` until the hub is back.
    bool save_report(const control::ReportSave& report);
    /// Text to the guest's clipboard; a VNC server gets it by RFB, in Latin-1.
    bool send_clipboard(SessionNumber number, const std::string& text);
    void change_settings(const Settings& settings);
    /// Merges the ticket into another text than the remembered template.
    std::string merged_text(const CreatedTicket& ticket, const std::string& with_names) const;

private:
    // Link::Events
    void link_opened(const control::Welcome& welcome) override;
    void link_received(const control::Envelope& envelope) override;
    void link_failed(const tunnel::LinkFailure& failure) override;
    void link_interrupted(const tunnel::LinkFailure& failure, Millis again_in) override;
    // Screens::Events
    void screen_showing(SessionNumber number, Size size, SteadyTime when) override;
    void screen_resized(SessionNumber number, Size size) override;
    void screen_failed(SessionNumber number, const control::Error& why) override;
    void screen_closed(SessionNumber number, const std::string& why) override;
    void screen_copied(SessionNumber number, const std::string& text) override;
    void screen_offered(SessionNumber number, const BridgePlace& place) override;
    void viewer_left(SessionNumber number, const std::string& why) override;

    // One for every message the hub sends; the others of the protocol are ignored.
    void on(const control::Envelope& envelope, const control::TicketCreated& message);
    void on(const control::Envelope& envelope, const control::PassCreated& message);
    void on(const control::Envelope& envelope, const control::PresenceList& message);
    void on(const control::Envelope& envelope, const control::PresenceChanged& message);
    void on(const control::Envelope& envelope, const control::PresenceLeft& message);
    void on(const control::Envelope& envelope, const control::SessionStatus& message);
    void on(const control::Envelope& envelope, const control::SessionStream& message);
    void on(const control::Envelope& envelope, const control::SessionEnded& message);
    void on(const control::Envelope& envelope, const control::ReportSaved& message);
    void on(const control::Envelope& envelope, const control::Clipboard& message);
    void on(const control::Envelope& envelope, const control::HubStopping& message);
    void on(const control::Envelope& envelope, const control::Refused& message);
    template <class Other>
    void on(const control::Envelope&, const Other&) {}

    void dial();
    void set_connection(Connection::State state, std::optional<control::Error> error = std::nullopt);
    void forget_target();
    void welcome_first(const control::Welcome& welcome);
    void welcome_back(const control::Welcome& welcome);
    void untrusted(const tunnel::LinkFailure& failure, const control::Error& error);
    void load_proxy();
    void remember_proxy_password(const Secret& password);
    /// What a try that failed is called.
    control::Error why_away(const tunnel::LinkFailure& failure, bool first);
    /// Has this outage not met the like yet? Tries for days say it in ever other words.
    bool is_news(const control::Error& error);
    /// Requests that nobody will answer any more, but reports.
    void refuse_what_was_asked(const control::Error& why);
    /// The link is lost for now: sessions that run wait for it, the others end.
    void keep_sessions_waiting();
    void keep_waiting(Session& session);
    /// The link is gone: nobody is online, every session has ended, nothing will be answered.
    void forget_everybody(control::EndReason reason, const std::string& message, const std::optional<control::Error>& error);
    /// Logs that `doing` needs a log-in, unless there is one.
    bool may(const char* doing);
    void refuse(const char* doing, control::Error why);
    void put(const control::Presence& entry);
    /// Guests get another peer id when they come back.
    void follow(const control::Presence& guest);
    void tell_who_came_and_went(const std::vector<control::Presence>& before);
    /// The guest whom a session may be asked for with; nullptr, and the log says why.
    const control::Presence* free_guest(std::uint64_t peer, const char* doing);
    Session& begin_session(const control::Presence& guest, const SessionWish& wish);
    Session* session_of(const std::string& id);
    void note_consent(Session& session, control::SessionState next);
    void update(Session& session, const control::SessionStatus& status);
    void update_pause(Session& session, const control::SessionStatus& status);
    void ask_for_end(const Session& session);
    /// The present screen gives way to none or the next.
    void note_how_long_seen(Session& session);
    /// Its screen is gone. Ends a session whose screens are in vain again and again: each stream begins another grace.
    bool gave_up_screen(Session& session, const control::Error& why);
    void log_pause(const Session& session, control::Party before);
    void log_step(const Session& session);
    /// Why no text may go to the session's guest now; nothing if it may.
    std::optional<control::Error> why_no_clipboard(const Session* session, const std::string& text) const;
    void end(SessionNumber number, control::SessionEnded how, const std::optional<control::Error>& error);
    void end_refused(SessionNumber number, const control::Error& why);
    void send_report(const Report& report);
    void fail_report(const std::string& assistance, const control::Error& why);
    void save_settings();
    void log_policy();
    void write(LogLine::Severity severity, std::string text);
    void write_error(const std::string& before, const control::Error& why);
    void tell_session(SessionNumber number);
    template <class Method, class... Args>
    void tell(Method method, const Args&... args) {
        const auto now = listeners_;  // a listener may come or go meanwhile
        for (auto* listener : now)
            if (std::find(listeners_.begin(), listeners_.end(), listener) != listeners_.end()) (listener->*method)(args...);
    }

    /// What an unanswered request was for.
    struct Asked {
        enum class What { ticket, pass, session, pause, end, report } what;
        SessionNumber session = 0;
        std::string assistance = {};
        std::uint64_t peer = 0;
    };

    Link& link_;
    Screens& screens_;
    SettingsStore& store_;
    const Clock& clock_;
    control::Hello hello_;
    std::vector<ConsoleListener*> listeners_;

    Settings settings_;
    tunnel::ProxySettings proxy_;
    Connection connection_;
    std::optional<Link::Target> target_;    ///< while dialling only: it holds the password
    std::optional<control::Error> goodbye_;  ///< the hub said why it will close the link
    std::set<std::pair<tunnel::LinkFailure::Kind, control::Code>> told_;  ///< what this outage has met so far
    control::Policy policy_;
    Millis grace_{};                         ///< the hub's: how long a session waits for a connection that was lost
    SteadyTime silent_until_{};              ///< by when the hub has said which sessions go on
    std::set<std::string> given_up_;         ///< sessions that ended here while the hub could not be told
    std::uint64_t own_peer_ = 0;
    std::vector<control::Presence> presence_;
    std::deque<LogLine> log_;
    std::vector<CreatedTicket> tickets_;
    SessionNumber last_number_ = 0;
    std::map<SessionNumber, Session> sessions_;
    std::map<std::string, Report> reports_;
    std::map<std::uint64_t, Asked> asked_;
};

}  // namespace pronto::viewer
