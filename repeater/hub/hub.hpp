#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::hub {

using PeerId = std::uint64_t;

struct Settings {
    int node = 1;
    control::Policy policy;
    Millis stream_token_life{60'000};
    Millis grace{0};  ///< how long a paused session waits for its legs; 0: a lost leg ends it
    std::size_t most_peers = 20'000;
    std::size_t most_live_tickets_per_operator = 1'000;
};

struct Traffic {
    std::uint64_t to_viewer = 0;
    std::uint64_t to_host = 0;
};

/// What the hub does to the world. Called on the control thread; must not call the hub back from inside.
class Outside {
public:
    virtual ~Outside() = default;
    virtual void send(PeerId peer, const control::Envelope& envelope) = 0;
    /// Closes the peer's control channel after what was sent; left() still follows.
    virtual void close(PeerId peer) = 0;
    /// Closes both ends of every stream (and waiting ones); stream_closed() still follows if they were joined. May be told
    /// of a session that has none.
    /// `words`: why, for a standard viewer that has not been let in yet.
    virtual void close_streams(const std::string& session, const std::string& words) = 0;
    /// The same for the stream of one viewer leg.
    virtual void close_stream(const std::string& session, int leg, const std::string& words) = 0;
    /// Nothing of what passes from now on gets into the movie. A stream that opens later asks its grant.
    virtual void pause_recording(const std::string& session) = 0;
    /// Of all streams that are joined now, since they were.
    virtual Traffic traffic(const std::string& session) const = 0;
    /// How many bytes the peer has yet to take of what it was sent.
    virtual std::size_t backlog(PeerId peer) const = 0;
};

enum class Side { host, viewer };

/// What a stream token opens.
struct StreamGrant {
    std::string session;
    std::string stream;
    int leg = 1;  ///< of the viewer; the first is the one that is recorded
    Side side = Side::host;
    control::Mode mode = control::Mode::control;
    bool recorded = false;
    bool clipboard = true;  ///< may text be copied, in either direction?
    std::string desktop_name;
    int first_part = 1;  ///< of the movie, which may have parts of earlier streams
};

/// A standard VNC server that registers itself (UltraVNC's repeater protocol, mode II).
struct ServerHello {
    std::string id;      ///< as it came: a ticket, or a ticket's number
    std::string secret;  ///< of the id; empty: none
    std::string software;  ///< "RFB 3.8"
};

/// A one-time pass that was used: whose session it opens, with whom.
struct UsedPass {
    Account account;
    PeerId target = 0;
    control::Mode mode = control::Mode::control;
    std::string host_password;  ///< the VNC server's own; empty: none was given
};

/// How the two legs of a stream came to their end.
struct StreamEnd {
    enum class Cause {
        host_closed,
        viewer_closed,
        closed_by_hub,
        violation,
        recording_failed
    } cause = Cause::host_closed;
    std::string detail;  ///< violation, recording_failed: in words
    bool chosen = false;  ///< host_closed, viewer_closed: the program closed it; the network did not lose it
    Traffic traffic;
    int parts = 0;  ///< of the movie, that this stream began
};

/// What the hub's last run left open, and this one goes on with.
struct LeftOpen {
    std::vector<ResumeRecord> guests;
    std::vector<std::pair<SessionRecord, int>> sessions;  ///< with the number of parts of their movies
};

/// Who is online, tickets, assistances and sessions: all decisions of the hub, no sockets, no SQL, no clock of its own.
/// Not thread-safe: everything happens on the control thread.
class Hub {
public:
    Hub(Settings settings, const Clock& clock, Outside& outside, Records& records);
    ~Hub();

    /// Before anybody comes.
    void restore(LeftOpen left);

    // Control channels. `peer` is chosen by the caller, never used twice. joined_* answers with `welcome` (re = hello's
    // id) or refuses (sends the error and closes). They also return why they refused: ticket_unknown is a guess that
    // failed, for Attempts to count.
    /// Of an operator's console or viewer.
    std::optional<control::Code> operator_joined(PeerId peer, const Account& account, const control::Envelope& hello,
                                                 const std::string& address);
    std::optional<control::Code> guest_joined(PeerId peer, const control::Envelope& hello, const std::string& address);
    /// A VNC server registered: `welcome` follows, or why not. `rival` is who has registered under the same id and is online:
    /// let the newer one join again if the older is gone.
    struct ServerRefusal {
        control::Error error;
        PeerId rival = 0;
    };
    std::optional<ServerRefusal> server_joined(PeerId peer, const ServerHello& hello, const std::string& address);
    void received(PeerId peer, const control::Envelope& envelope);
    /// `chosen`: it said goodbye. Else the connection was lost: guests that have a key and operators may come back.
    void left(PeerId peer, bool chosen = false);
    /// Cuts every channel of an operator whose account was disabled or whose password was changed since he logged in.
    void accounts_are(const Credentials& enabled);

    // Streams.
    /// The token is used up by this, whatever the answer.
    std::variant<StreamGrant, control::Error> redeem(const std::string& session, const std::string& stream,
                                                     const std::string& token);
    /// Both ends of the viewer leg's stream are joined and the first picture is on its way.
    void streaming(const std::string& session, int leg = 1);
    void stream_closed(const std::string& session, int leg, const StreamEnd& end);
    void recording_changed(const RecordingRecord& row);

    // Standard viewers.
    /// The guest whose name, ticket or (if only one has it) computer's name that is. Error: offline.
    std::variant<control::Presence, control::Error> find_guest(std::string_view typed) const;
    /// The session that runs with this guest; empty: none. One whose end is only waiting for last words ends by this.
    std::string session_of(PeerId guest);
    std::variant<control::PassCreated, control::Error> new_pass(const Account& by, const control::PassNew& wanted);
    /// Uses up the pass that `matches` says yes to. It is asked about every live one, so that the time tells nothing.
    std::optional<UsedPass> use_pass(const std::function<bool(std::string_view pass)>& matches);
    std::optional<UsedPass> use_pass_number(std::string_view number);

    // REST.
    std::variant<control::TicketCreated, control::Error> new_ticket(const Account& by);
    /// Who is online, in the order of their peer ids: at most `most` of those behind `after`.
    std::vector<control::Presence> online(PeerId after = 0, std::size_t most = static_cast<std::size_t>(-1)) const;
    std::optional<control::Error> save_report(const Account& by, const control::ReportSave& report);

    /// Lets deadlines pass: consent, stream tokens, tickets. Call at next_deadline() or later.
    void tick();
    std::optional<SteadyTime> next_deadline() const;

    /// Ends every session (hub stopped) and says goodbye to every peer.
    void stop();

    const Settings& settings() const;
    /// Throws std::logic_error naming an invariant that does not hold. For tests.
    void check() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::hub
