#pragma once

#include <map>
#include <set>

#include "rfb-ext/control/resume_key.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::tunnel {

/// What makes the next connection the same peer to the hub: a guest's key and token, and the sessions that are to go on
/// (docs/protocol.md, Resuming). No I/O.
class Membership {
public:
    /// `hello` is the first connection's; a lasting guest that brings a ticket gets a key. Throws std::runtime_error if
    /// OpenSSL cannot make one.
    Membership(control::Hello hello, Lasting lasting);
    /// As it was before, perhaps by another run of the program; nothing if `from` has no key.
    static std::optional<Membership> resumed(control::Hello hello, const Resume& from);

    /// For the next connection.
    control::Hello hello() const;
    void welcomed(const control::Welcome& welcome);
    void heard(const control::Message& message);
    /// The guest has agreed to it. Whether the hub heard so or not, it says what became of a session that a hello names.
    void agreed(const std::string& session);
    void left(const std::string& session) { sessions_.erase(session); }

    /// Whether a connection that is lost can be followed by another.
    bool can_come_back() const { return hello_.role != control::Role::guest || !token_.text().empty(); }
    /// The guest's, if it can.
    std::optional<Resume> resume() const;
    bool is_guest() const { return hello_.role == control::Role::guest; }
    bool is_in(const std::string& session) const { return sessions_.contains(session); }
    bool has_sessions() const { return !sessions_.empty(); }
    /// The hub has said on this connection that the screen of one runs, or is to go on: it pings more often now.
    bool is_shown() const;
    /// How long the hub keeps the sessions of a connection that was lost.
    Millis grace() const { return grace_; }

private:
    std::vector<std::string> sessions() const;

    control::Hello hello_;
    std::optional<control::ResumeKey> key_;
    Secret token_;
    bool was_there_ = false;
    Millis grace_{120'000};                 ///< until a hub has told it
    std::map<std::string, bool> sessions_;  ///< those that outlive a connection; as is_shown()
};

/// Whether somebody who was there comes back by trying again, after this.
bool is_worth_another_try(const LinkFailure& failure);

}  // namespace pronto::tunnel
