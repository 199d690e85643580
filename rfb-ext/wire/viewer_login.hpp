#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/wire/errors.hpp"
#include "rfb-ext/wire/steps.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"

namespace pronto::wire {

/// VeNCrypt's X509Plain or TLSPlain.
struct PlainCredentials {
    std::string user;   ///< raw bytes from the wire, at most 255
    Secret password;    ///< raw bytes from the wire, at most 1024
    bool x509 = false;  ///< the viewer could know by a certificate whom it told this; otherwise TLS was anonymous
};

/// To be compared with the passwords that are right (response_matches).
struct VncAuthAnswer {
    Challenge challenge{};
    ChallengeResponse response{};
};

/// The server's side towards a standard viewer that has to prove itself (RFB 3.3, 3.7, 3.8; security types VeNCrypt 0.2
/// and VncAuth), without I/O: to the end of ClientInit. ServerInit is the caller's, for the screen may be known last.
/// VeNCrypt is written down in the community's rfbproto; what viewers do of it: TigerVNC,
/// common/rfb/CSecurityVeNCrypt.cxx, CSecurityTLS.cxx, CSecurityPlain.cxx.
class ViewerLogin {
public:
    struct Offer {
        bool x509_plain = false, tls_plain = false, vnc_auth = false;
        Challenge challenge{};  ///< of VncAuth: random_challenge()
        std::string refusal;    ///< if not empty, every viewer is told this and nothing else
        /// Told to a viewer that can do none of what is offered, as far as RFB lets it be told: those of RFB 3.3, which
        /// know no VeNCrypt; and all if nothing is offered.
        std::string no_way_in = "This needs a viewer with encryption (VeNCrypt), such as TigerVNC or TurboVNC.";
        bool vnc_auth_33 = true;  ///< VncAuth also for viewers of RFB 3.3, who cannot be told later why not
    };
    /// What must happen for it to go on.
    enum class Need {
        more,           ///< bytes, to feed()
        x509_tls,       ///< TLS with the certificate on the connection, from the next byte on; then tls_ready()
        anonymous_tls,  ///< TLS without a certificate, likewise
        decision,       ///< credentials are there: accepted() or refused(), however late
        close,          ///< nothing: write the reply, then close; reason() says why
        nothing,        ///< it is done
    };

    explicit ViewerLogin(Offer offer) : offer_(std::move(offer)) {}
    /// The first bytes to write: our version.
    Bytes greeting() const;
    /// As HostHandshake::feed; consumes nothing unless it needs() more. The reply goes out before anything is done
    /// about what it needs. What stays unconsumed when TLS is needed belongs to TLS and must not come here: it was not
    /// encrypted. Errors: not_rfb, unknown_version, no_common_security (the viewer chose a type not offered), oversized
    /// (user over 255 bytes, password over 1024).
    Result<Progress> feed(ByteView in);
    Need needs() const;
    /// What comes next is a person's to type: that takes its time.
    bool person_types() const { return state_ == State::plain || state_ == State::vnc_auth; }
    /// TLS is on the connection: what is fed from here on came through it.
    void tls_ready();

    /// From the moment a decision is needed on, one of these two.
    const PlainCredentials* plain() const { return plain_ ? &*plain_ : nullptr; }
    const VncAuthAnswer* vnc_auth() const { return answer_ ? &*answer_ : nullptr; }
    /// To be written when a decision is needed. Then ClientInit is.
    Bytes accepted();
    /// To be written when a decision is needed, then close. Viewers of 3.8 and those that speak VeNCrypt are told the
    /// reason (UTF-8); to others it cannot be said.
    Bytes refused(std::string_view reason);

    bool shared() const { return shared_; }  ///< once done: the viewer leaves others in
    /// Why it needs to close: what the viewer was told, or what it cannot do.
    const std::string& reason() const { return reason_; }

private:
    enum class State {
        version,
        security_type,
        vencrypt_version,
        vencrypt_type,
        tls,
        plain,
        vnc_auth,
        decision,
        client_init,
        closing,
        done
    };
    Result<detail::Step> step(ByteView in, Progress& progress);
    Result<detail::Step> take_version(ByteView in, Progress& progress);
    Result<detail::Step> take_security_type(ByteView in, Progress& progress);
    Result<detail::Step> take_vencrypt_version(ByteView in, Progress& progress);
    Result<detail::Step> take_vencrypt_type(ByteView in, Progress& progress);
    Result<detail::Step> take_plain(ByteView in, Progress& progress);
    Result<detail::Step> take_response(ByteView in, Progress& progress);
    Result<detail::Step> take_client_init(ByteView in, Progress& progress);
    void offer_types(Bytes& reply);
    void turn_away(Bytes& reply);
    void challenge(Bytes& reply);
    bool vencrypt() const { return offer_.x509_plain || offer_.tls_plain; }

    Offer offer_;
    State state_ = State::version;
    int minor_ = 8;
    bool x509_ = false;
    bool shared_ = false;
    std::optional<PlainCredentials> plain_;
    std::optional<VncAuthAnswer> answer_;
    std::string reason_;
};

}  // namespace pronto::wire
