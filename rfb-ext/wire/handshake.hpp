#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/errors.hpp"
#include "rfb-ext/wire/steps.hpp"
#include "rfb-ext/wire/types.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"

/// Both RFB handshakes (RFC 6143 sections 7.1-7.3; versions 3.3, 3.7, 3.8) without I/O: they take bytes, and say what
/// to write and whether they are done. Versions the RFC does not name are treated as it says (3.5 as 3.3, above 3.8
/// as 3.8).
namespace pronto::wire {

/// The client's side, towards a host: security None where it is offered, else VNC authentication; shared flag 1.
class HostHandshake {
public:
    /// Feed what came (anything from one byte); call again with what was not consumed plus more while not done.
    /// Errors: not_rfb, unknown_version, no_common_security, refused, wrong_password (for both reason() has the host's
    /// words), oversized (reason over 4 KiB, name or size over ServerStream::Limits), bad_value (pixel format).
    Result<Progress> feed(ByteView in);
    /// The host waits for the password, for as long as it likes to: feed() consumes nothing until give_password().
    bool wants_password() const { return state_ == State::password; }
    /// What to write (nothing is consumed); then feed() goes on. Of the password nothing is kept. Errors: bad_value if
    /// none is wanted.
    Result<Progress> give_password(std::string_view password);
    const ServerInit& server_init() const;  ///< once done
    const std::string& reason() const;      ///< raw bytes from the wire, at most 4 KiB; empty unless turned away
    /// refused or wrong_password from the moment that the host has said so: a host may close before it gives a reason.
    std::optional<WireError> failure() const { return failure_; }

private:
    enum class State {
        version,
        security_types,
        security_type_33,
        challenge,
        password,
        security_result,
        server_init,
        done
    };
    Result<detail::Step> step(ByteView in, Progress& progress);
    Result<detail::Step> take_version(ByteView in, Progress& progress);
    Result<detail::Step> choose_security(ByteView in, Progress& progress);
    Result<detail::Step> take_security_33(ByteView in, Progress& progress);
    void begin_security(Byte type, Progress& progress);
    Result<detail::Step> take_challenge(ByteView in, Progress& progress);
    Result<detail::Step> take_security_result(ByteView in, Progress& progress);
    Result<detail::Step> turned_away(WireError why, ByteView reason);
    void send_client_init(Progress& progress);
    Result<detail::Step> take_server_init(ByteView in, Progress& progress);

    State state_ = State::version;
    int minor_ = 8;
    std::optional<Challenge> challenge_;  ///< of VNC authentication only
    std::optional<WireError> failure_;
    ServerInit init_;
    std::string reason_;
};

/// The server's side, towards a viewer that is already authorised: security None.
class ViewerHandshake {
public:
    explicit ViewerHandshake(ServerInit init) : init_(std::move(init)) {}
    /// The first bytes to write: our version.
    Bytes greeting() const;
    /// As HostHandshake::feed. Errors: not_rfb, unknown_version, no_common_security (the viewer chose a type not
    /// offered).
    Result<Progress> feed(ByteView in);
    bool shared() const { return shared_; }

private:
    enum class State { version, security_type, client_init, done };
    Result<detail::Step> step(ByteView in, Progress& progress);
    Result<detail::Step> take_version(ByteView in, Progress& progress);
    Result<detail::Step> take_security_type(ByteView in, Progress& progress);
    Result<detail::Step> take_client_init(ByteView in, Progress& progress);

    State state_ = State::version;
    int minor_ = 8;
    bool shared_ = false;
    ServerInit init_;
};

}  // namespace pronto::wire
