#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "rfb-ext/tunnel/shown_certificate.hpp"

using SSL_CTX = struct ssl_ctx_st;
using SSL = struct ssl_st;

namespace pronto::tunnel {

struct FreeTlsContext { void operator()(SSL_CTX* context) const; };
struct FreeTls { void operator()(SSL* tls) const; };
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;
using Tls = std::unique_ptr<SSL, FreeTls>;

/// TLS 1.2 and 1.3, ALPN http/1.1, modes PARTIAL_WRITE, MOVING_WRITE_BUFFER, RELEASE_BUFFERS, read-ahead. All of these throw
/// std::runtime_error naming the file or the reason.
TlsContext server_context(const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key);
/// For anonymous TLS (VeNCrypt's TLSPlain): no certificate, so no telling who the peer is. TLS 1.2 at most, later ones have no
/// such thing.
TlsContext anonymous_server_context();
/// Verifies by `trust`: with pins the key alone decides (a self-signed or expired certificate with a pinned key is fine),
/// without pins the system's authorities and (see client_tls) the host name.
TlsContext client_context(const Trust& trust);
/// A client's SSL with SNI and, without pins, the host name to verify.
Tls client_tls(SSL_CTX* context, const std::string& host);
/// A server's SSL.
Tls server_tls(SSL_CTX* context);

/// The pin of the certificate in a PEM file.
Pin pin_of_certificate(const std::filesystem::path& certificate);
/// What a client's peer showed, verified or not; null before its certificate came.
const ShownCertificate* what_was_shown(const SSL* tls);
/// The key the peer showed, verified or not; nothing before its certificate came.
std::optional<Pin> presented_pin(const SSL* tls);
/// Why a client's handshake did not trust the peer, in words ("self-signed certificate"); empty if that was not the trouble.
std::string why_untrusted(const SSL* tls);

/// Makes an EC P-256 key (0600) and a self-signed certificate for `host_name` (10 years), where there are none yet. A key
/// without a certificate gets one, so that a hub that lost its certificate keeps its pin.
void ensure_self_signed(const std::filesystem::path& certificate, const std::filesystem::path& private_key,
                        const std::string& host_name);

}  // namespace pronto::tunnel
