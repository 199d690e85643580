#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/tunnel/backoff.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/network.hpp"
#include "rfb-ext/tunnel/rest.hpp"

namespace pronto::tunnel {

/// Why a link could not be made or was lost.
struct LinkFailure {
    enum class Kind {
        unreachable,   ///< name, route, port: nobody there
        untrusted,     ///< the hub's key is neither pinned nor vouched for; `presented` holds what it showed
        refused,       ///< the hub answered and said no: `error` has its words
        lost,          ///< the connection broke
        protocol,      ///< not a hub, or one that speaks another protocol
        proxy,           ///< the proxy cannot be reached, or does not let us through
        proxy_password,  ///< the proxy wants a user and password, or others than were given
    };
    Kind kind = Kind::lost;
    control::Error error;          ///< message and remedy for people, always filled
    std::optional<Pin> presented;  ///< untrusted: the key it showed
    bool pinned = false;           ///< untrusted: pins were given and none matched (else: unknown hub, first contact)
    bool intercepted = false;      ///< untrusted: somebody on the way opens TLS connections; `error` explains. Never offer to trust it
    std::string proxy{};           ///< proxy, proxy_password: "http://proxy.example:3128"
};

/// What must happen between a stream's network side and its local descriptor before bytes just flow (see vnc::ScreenServer).
struct Preface {
    std::string send;               ///< sent to the network first
    std::size_t await_bytes = 0;    ///< then this many bytes are awaited (10 s) and put into the local side
    std::size_t drop_local = 0;     ///< the first bytes from the local side that are thrown away
};

/// How long the link waits for what. Tests shorten it.
struct LinkTimes {
    Millis step{10'000};     ///< for each step of opening: name, connection, TLS, log-in, control channel, welcome, preface
    Millis silence{60'000};  ///< a control channel that says nothing for this long (the hub pings) is lost
    Millis stall{15'000};    ///< a side of a stream that takes nothing for this long is cut
    Millis goodbye{1'000};   ///< for the peer's part of closing
    Millis session_silence{15'000};  ///< as `silence`, while a session's screen runs (the hub then pings more often)
    // Lasting:
    Backoff::Times waits{};             ///< between tries
    Millis wait_in_session{1'000};      ///< between tries, at most, while a session waits for its grace to end
    Millis step_in_session{4'000};      ///< as `step`, then: a SYN is repeated after 1 and 3 s. Each third try has all of `step`
    Millis wait_for_people{600'000};    ///< before the next try when somebody must do something first: the proxy's password
    Millis proof_of_life{3'000};        ///< after a change of the network: for the hub to say anything at all
    Millis lasted{10'000};              ///< a channel that was open for less is followed by a longer wait than the one before
};

struct Login {
    std::string user;
    std::string password;
};

/// What becomes of an open channel that is lost.
enum class Lasting {
    no,   ///< `failed`
    yes,  ///< dialled again and again, until close(): `interrupted`, and `opened` once it is back. Guests resume by their key,
          ///< operators by their token, and the sessions they were in go on. Its streams are cut with it; of those that were
          ///< being opened nothing more is heard.
};

/// By which a guest that had a ticket is known again, also to another run of the program. To be kept 0600.
struct Resume {
    Secret token;
    Secret key;  ///< control::ResumeKey::secret()
    std::vector<std::string> sessions;
};

/// A program's connection to the hub: one worker thread with the control channel and the streams of the sessions.
/// Callbacks come on that thread; they must be quick, and may call any method except the destructor.
class HubLink {
public:
    struct Events {
        std::function<void(const control::Welcome&)> opened;      ///< hello was accepted
        std::function<void(const control::Envelope&)> received;   ///< everything after welcome but pings
        std::function<void(const LinkFailure&)> failed;           ///< once per open(): not opened, or closed again
        /// Lasting: the channel is lost, or another try has failed; the next one comes `again_in` from now. `opened` or, when
        /// trying is of no use any more, `failed` follows.
        std::function<void(const LinkFailure&, Millis again_in)> interrupted = {};
        std::function<void(const Resume&)> resumable = {};  ///< lasting, guests: the newest, after each `opened`
    };
    /// Throws std::runtime_error if this computer's TLS cannot be set up.
    HubLink(HubAddress address, Trust trust, Events events, LinkTimes times = {}, NetworkSettings network = {});
    /// Closes, and waits for the worker thread (at most `times.goodbye`).
    ~HubLink();
    HubLink(const HubLink&) = delete;
    HubLink& operator=(const HubLink&) = delete;

    /// Dials; with `login` proves the operator first (POST /api/v1/login); then the control channel and hello. A channel
    /// that is open or being opened is closed first, without `failed`; streams stay. `from` makes a guest the one it was, in
    /// place of a ticket, and is lasting from the first try on.
    void open(control::Hello hello, std::optional<Login> login = std::nullopt, Lasting lasting = Lasting::no,
              std::optional<Resume> from = std::nullopt);
    /// While it is interrupted: now, not at the next try's time.
    void retry_now();
    /// From the next dialling on; while it is interrupted, now.
    void use_proxy(ProxySettings proxy);
    /// Returns the id given to the message, which an answer carries in `re`. Dropped if the channel is not open or the
    /// message is longer than control::longest_message_bytes. Of a lasting guest a
    /// session.end is said anew after each `opened` until the hub has answered; that it knew the session to be over is then
    /// not received.
    std::uint64_t send(control::Message message);
    /// Dials the stream and joins it to a fresh local descriptor, handed to `ready` (the caller's to close) once the
    /// preface is done, or not (`failure` says why). Bytes then flow until either side closes; a side that takes nothing
    /// for 15 s is cut, so a stalled network never blocks the local reader or writer for longer. The descriptor is a
    /// non-blocking socket below FD_SETSIZE (LibVNC selects).
    void open_stream(const control::SessionStream& stream, Preface preface, std::function<void(int fd)> ready,
                     std::function<void(const LinkFailure&)> failure);
    /// Asks the hub's REST API as who is logged in, after what was asked before. `answered` comes with any success; what
    /// is not one, or no answer, is a failure.
    void request(RestRequest request, std::function<void(const RestAnswer&)> answered,
                 std::function<void(const LinkFailure&)> failed);
    /// Says goodbye and closes everything, streams too, without waiting for it. Neither `failed` nor what streams and
    /// requests wait for come after it.
    void close();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::tunnel
