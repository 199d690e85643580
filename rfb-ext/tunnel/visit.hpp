#pragma once

#include <boost/asio/steady_timer.hpp>

#include "rfb-ext/tunnel/hub_channel.hpp"
#include "rfb-ext/tunnel/membership.hpp"

namespace pronto::tunnel {

struct Credentials {
    Secret user;
    Secret password;
};

/// One open(): all its connections, and the waits between them. For one thread.
struct Visit {
    Visit(const asio::any_io_executor& executor, Membership who, Lasting lasts, const LinkTimes& times);

    Membership membership;
    const Lasting lasting;
    const LinkTimes times;
    std::optional<Credentials> credentials;
    Secret token;             ///< once he has proved who he is
    bool comes_back = false;  ///< it was there before: a failure is a reason to try again

    // The connection that is, or is being made.
    std::shared_ptr<Lifeline> line = std::make_shared<Lifeline>();
    std::shared_ptr<HubChannel> channel;  ///< once it is open
    bool welcomed = false;
    std::optional<control::Error> last_words;  ///< an error that answers nothing: the hub is about to close
    std::string why_cut;                       ///< by us
    SteadyTime since{};                        ///< being made, then open
    Deadline proof_of_life;
    bool must_prove_life = false;  ///< anything at all must come before that deadline

    // Between two connections.
    Backoff backoff;
    asio::steady_timer rest;
    bool rests = false;
    bool at_once = false;  ///< the network has changed since the try began: the next one need not wait
    SteadyTime lost_at{};
    unsigned tries = 0;  ///< since then
    /// A session that the guest has ended. A line that has died swallows the message unnoticed: until the hub has answered,
    /// it is what each connection says right after its hello, which does not name the session any more.
    struct Parting {
        std::uint64_t id;  ///< of the message
        std::string session;
        std::string json;
        bool repeated = false;
    };
    std::vector<Parting> partings;

    /// While one waits for its grace to end, or to be ended, nothing else is as urgent.
    bool has_waiting_session(SteadyTime now) const;
    /// For the next connection, which begins now.
    Route begin(Route route, SteadyTime now);
    /// The wait before the next try, after this failure.
    Millis pause_after(const LinkFailure& failure, SteadyTime now);
    /// What must come in which time, after this message.
    void note(const control::Message& message);
    /// Nothing if the visitor is no guest: the hub finds an operator's sessions by what his hello names, and says that they go
    /// on; who holds one for over ends it then.
    void part_from(const std::string& session, std::uint64_t id, const std::string& json);
    void say_partings();
    /// Whether it only says that the hub held a session for over already when it was told again: of no interest to anybody.
    bool settles_parting(const control::Envelope& answer);
};

/// Log-in if it is needed, control channel, hello. What the visit's line cuts is a failure, too.
asio::awaitable<Linked<control::Welcome>> enter(Route route, std::shared_ptr<Visit> visit);

}  // namespace pronto::tunnel
