#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/errors.hpp"

/// The control channel's messages as plain structs; codec.hpp writes and reads them, docs/protocol.md explains them.
/// Times are Unix milliseconds here and RFC 3339 in the JSON.
namespace pronto::control {

inline constexpr int protocol_version = 1;
inline constexpr std::size_t longest_message_bytes = 64 * 1024;

/// A viewer is an operator's, without a console: listed nowhere, told of nobody but its sessions.
enum class Role { operator_, guest, host, viewer };
/// What shares the screen: a program of ours, or a standard VNC server.
enum class Kind { pronto, vnc };
enum class Mode { control, view };
enum class SessionState { requested, asked, granted, streaming, paused, ended };
/// One side of a session: who has stopped the movie for a while, whose connection is awaited.
enum class Party { nobody, operator_, guest };
enum class EndReason { operator_, guest, drop, refused, timed_out, hub_stopped, interrupted };

std::string_view name(Role role);
std::string_view name(Kind kind);
std::string_view name(Mode mode);
std::string_view name(SessionState state);
std::string_view name(Party by);
std::string_view name(EndReason reason);
std::optional<Role> role_from(std::string_view name);
std::optional<Kind> kind_from(std::string_view name);
std::optional<Mode> mode_from(std::string_view name);
std::optional<SessionState> session_state_from(std::string_view name);
std::optional<Party> party_from(std::string_view name);
std::optional<EndReason> end_reason_from(std::string_view name);

/// What the hub allows and does; the console's log pane shows it after the log-in.
struct Policy {
    bool recording = true;
    std::int64_t retention_days = 30;
    std::int64_t consent_timeout_ms = 30'000;
    std::int64_t ticket_minutes = 60;
    bool clipboard = true;
    bool operator_may_pause = true;  ///< the movie
    bool guest_may_pause = false;
    // Where the hub takes standard VNC programs; 0: nowhere.
    std::uint16_t viewer_port = 0;    ///< viewers, by an operator's password or a one-time pass
    std::uint16_t repeater_port = 0;  ///< viewers that know UltraVNC's repeater, by a one-time number
    std::uint16_t server_port = 0;    ///< servers that register with a ticket
    bool operator==(const Policy&) const = default;
};

/// The first message of every peer. Operators and their viewers proved themselves with the token of the upgrade; guests bring
/// a ticket.
struct Hello {
    static constexpr std::string_view type = "hello";
    int protocol = protocol_version;
    Role role = Role::guest;
    std::string software;   ///< "pronto-agent 0.1.0"
    std::string host_name;  ///< the peer's own computer
    std::string user;       ///< who is logged in there
    std::string system;     ///< "Debian GNU/Linux 12"
    std::string ticket;     ///< guests only, the first time
    // A guest that may come back (resume_key.hpp): its public key with the ticket; afterwards the token of the last welcome, and
    // the proof that it has the key.
    std::string key = {};
    std::string resume = {};
    std::string proof = {};
    std::vector<std::string> sessions = {};  ///< of a connection that was lost: those that are to go on, at most `most_resumed`
    bool operator==(const Hello&) const = default;
};

inline constexpr std::size_t most_resumed = 100;

/// The hub's answer to hello: from here on the peer is online.
struct Welcome {
    static constexpr std::string_view type = "welcome";
    std::uint64_t peer = 0;  ///< the peer's id while it is online
    std::string name;        ///< how others see it: the operator's name or "NETCECK-210EB"
    int node = 1;
    std::string software;
    Policy policy;
    std::int64_t ping_every_ms = 20'000;
    std::string resume = {};    ///< a guest's, for its next hello; the one before opens too until this one was used
    std::int64_t grace_ms = 0;  ///< how long a session waits for a connection that was lost
    bool operator==(const Welcome&) const = default;
};

struct Ping { static constexpr std::string_view type = "ping"; bool operator==(const Ping&) const = default; };
struct Pong { static constexpr std::string_view type = "pong"; bool operator==(const Pong&) const = default; };

struct TicketNew { static constexpr std::string_view type = "ticket.new"; bool operator==(const TicketNew&) const = default; };
struct TicketCreated {
    static constexpr std::string_view type = "ticket.created";
    std::string ticket;
    std::uint64_t number = 0;  ///< the same ticket in digits, for VNC servers that take no others
    UnixMillis expires = 0;
    bool operator==(const TicketCreated&) const = default;
};

/// Operator -> hub: let a standard viewer have one session with this guest, soon.
struct PassNew {
    static constexpr std::string_view type = "pass.new";
    std::uint64_t target = 0;
    Mode mode = Mode::control;
    std::string password = {};  ///< as in session.request
    bool operator==(const PassNew&) const = default;
};
/// Either of both opens the session once, until `expires`.
struct PassCreated {
    static constexpr std::string_view type = "pass.created";
    std::string pass;    ///< 8 characters: a viewer's password at the hub's `viewer_port`
    std::string number;  ///< 9 digits: `ID:number` at the hub's `repeater_port`
    std::string target;  ///< the guest's name
    UnixMillis expires = 0;
    bool operator==(const PassCreated&) const = default;
};

/// Somebody online, as operators see them.
struct Presence {
    std::uint64_t peer = 0;
    Role role = Role::guest;
    std::string name;
    std::string host_name;
    std::string user;
    std::string system;
    std::string address;
    std::string software;
    std::string ticket;         ///< guests
    std::string assistance;     ///< guests: the case their ticket opened
    std::string ticket_owner;   ///< guests: the operator who made the ticket
    std::string session;        ///< the session under way with it, if any
    UnixMillis since = 0;
    Kind kind = Kind::pronto;
    bool wants_password = false;  ///< a VNC server's own, in session.request
    bool operator==(const Presence&) const = default;
};

/// To operators: everybody online, once after welcome.
struct PresenceList {
    static constexpr std::string_view type = "presence.list";
    std::vector<Presence> entries;
    bool operator==(const PresenceList&) const = default;
};
/// To operators: somebody arrived, or an entry changed (same peer id).
struct PresenceChanged {
    static constexpr std::string_view type = "presence.changed";
    Presence entry;
    bool arrived = false;
    bool operator==(const PresenceChanged&) const = default;
};
struct PresenceLeft {
    static constexpr std::string_view type = "presence.left";
    std::uint64_t peer = 0;
    std::string name;
    bool operator==(const PresenceLeft&) const = default;
};

/// Operator -> hub.
struct SessionRequest {
    static constexpr std::string_view type = "session.request";
    std::uint64_t target = 0;
    Mode mode = Mode::control;
    std::string password = {};  ///< of a VNC server that has one
    bool operator==(const SessionRequest&) const = default;
};
/// Operator -> hub: one more viewer for a session that runs.
struct SessionJoin {
    static constexpr std::string_view type = "session.join";
    std::string session;
    Mode mode = Mode::control;
    bool operator==(const SessionJoin&) const = default;
};
/// Somebody who sees the screen of a session.
struct SessionViewer {
    int leg = 1;  ///< 1: who asked for the session and ends it; from 2: who joined
    std::string operator_name;
    Mode mode = Mode::control;
    bool operator==(const SessionViewer&) const = default;
};
/// Hub -> everybody in it, at every step; the answer to session.request and session.join is the first one.
struct SessionStatus {
    static constexpr std::string_view type = "session.state";
    std::string session;
    std::string assistance;
    SessionState state = SessionState::requested;
    Mode mode = Mode::control;
    std::string operator_name;
    std::string guest_name;
    bool recorded = false;
    Party paused_by = Party::nobody;
    Party away = Party::nobody;             ///< paused: whose connection is awaited; nobody: both are there, the streams are not
    std::int64_t resume_within_ms = 0;      ///< paused: what is left of the grace
    int leg = 1;                            ///< whose `state` and `mode` these are: the receiver's own; a guest's: 1
    std::vector<SessionViewer> viewers{};   ///< who was let in so far
    std::vector<SessionViewer> asking{};    ///< who wants to join and has no answer yet
    bool operator==(const SessionStatus&) const = default;
};
/// Hub -> guest: the consent question.
struct SessionAsk {
    static constexpr std::string_view type = "session.ask";
    std::string session;
    std::string operator_name;
    Mode mode = Mode::control;
    bool recorded = false;
    std::int64_t retention_days = 0;
    std::int64_t timeout_ms = 30'000;
    int leg = 1;                ///< from 2: this operator wants to join the session that runs
    std::string password = {};  ///< to a VNC server only: what the operator gave
    bool operator==(const SessionAsk&) const = default;
};
/// Guest -> hub.
struct SessionAnswer {
    static constexpr std::string_view type = "session.answer";
    std::string session;
    bool granted = false;
    int leg = 1;                            ///< as in the question
    std::optional<Code> problem = {};       ///< not the guest's wish, but: password_wanted, wrong_password, ...
    std::string message = {};               ///< that problem in words, for people
    bool operator==(const SessionAnswer&) const = default;
};
/// Hub -> both sides: open this stream with this one-time token before it expires (60 s).
struct SessionStream {
    static constexpr std::string_view type = "session.stream";
    std::string session;
    std::string stream;  ///< "screen.1.1": kind, viewer leg, generation
    std::string token;
    bool operator==(const SessionStream&) const = default;
};
/// Either side -> hub: stop now.
struct SessionEnd {
    static constexpr std::string_view type = "session.end";
    std::string session;
    std::string message = {};  ///< guests, optional: why it cannot go on, for people
    bool operator==(const SessionEnd&) const = default;
};
/// Either side -> hub: nothing gets into the movie any more, or it goes on.
struct RecordingPause {
    static constexpr std::string_view type = "recording.pause";
    std::string session;
    bool paused = true;
    bool operator==(const RecordingPause&) const = default;
};
/// Hub -> both sides: it is over, and why.
struct SessionEnded {
    static constexpr std::string_view type = "session.ended";
    std::string session;
    std::string assistance;
    EndReason reason = EndReason::drop;
    std::string message;  ///< for people
    std::int64_t duration_ms = 0;
    std::uint64_t bytes_to_viewer = 0;
    std::uint64_t bytes_to_host = 0;
    bool recorded = false;
    std::optional<Code> problem = {};  ///< refused: password_wanted or wrong_password, of a VNC server
    bool operator==(const SessionEnded&) const = default;
};

enum class Outcome { solved, not_solved, follow_up };
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view name);

/// Operator -> hub: qualifies the assistance. A second one replaces the first.
struct ReportSave {
    static constexpr std::string_view type = "report.save";
    std::string assistance;
    std::string problem;   ///< at most 4,000 bytes
    std::string solution;  ///< at most 4,000 bytes
    std::string category;  ///< at most 100 bytes
    Outcome outcome = Outcome::solved;
    bool operator==(const ReportSave&) const = default;
};
struct ReportSaved {
    static constexpr std::string_view type = "report.saved";
    std::string assistance;
    bool operator==(const ReportSaved&) const = default;
};

/// Text clipboard of a session with control, either way; never logged, never recorded.
struct Clipboard {
    static constexpr std::string_view type = "clipboard";
    std::string session;
    std::string text;  ///< UTF-8, at most 48 KiB
    bool operator==(const Clipboard&) const = default;
};
inline constexpr std::size_t longest_clipboard_bytes = 48 * 1024;

/// Hub -> everybody: going down.
struct HubStopping { static constexpr std::string_view type = "hub.stopping"; bool operator==(const HubStopping&) const = default; };

/// Hub -> peer: a request was refused (with `re`), or the channel is about to close (without).
struct Refused {
    static constexpr std::string_view type = "error";
    Error error;
    bool operator==(const Refused&) const = default;
};

using Message =
    std::variant<Hello, Welcome, Ping, Pong, TicketNew, TicketCreated, PassNew, PassCreated, PresenceList,
                 PresenceChanged, PresenceLeft, SessionRequest, SessionJoin, SessionStatus, SessionAsk, SessionAnswer, SessionStream, RecordingPause, SessionEnd,
                 SessionEnded, ReportSave, ReportSaved, Clipboard, HubStopping, Refused>;

/// One message with its number and, in an answer, the number it answers.
struct Envelope {
    Message message;
    std::optional<std::uint64_t> id;
    std::optional<std::uint64_t> re;
    bool operator==(const Envelope&) const = default;
};

}  // namespace pronto::control
