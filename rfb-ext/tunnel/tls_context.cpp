#include "rfb-ext/tunnel/tls_context.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace pronto::tunnel {

namespace {

constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::string last_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason ? reason : "unknown reason";
}

[[noreturn]] void fail(const std::string& doing) { throw std::runtime_error(fmt::format("{}: {}", doing, last_reason())); }

Pin pin_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) fail("cannot read a certificate's public key");
    const Pin pin = sha256({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return pin;
}

void free_pins(void*, void* pins, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<std::vector<Pin>*>(pins); }
void free_shown(void*, void* shown, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<ShownCertificate*>(shown); }

/// The pins a client's context trusts.
int trusted_pins_slot() {
    static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_pins);
    return slot;
}
/// What an SSL's peer showed: OpenSSL itself forgets the certificate when it is not trusted.
int shown_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_shown);
    return slot;
}

/// Notes the key; then pins decide alone, or without pins OpenSSL's own verification.
int verify_peer(X509_STORE_CTX* store, void*) {
    auto* tls = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    if (!tls || !certificate) return 0;
    delete static_cast<ShownCertificate*>(SSL_get_ex_data(tls, shown_slot()));
    auto* const noted = new ShownCertificate(shown_certificate(store));
    SSL_set_ex_data(tls, shown_slot(), noted);
    const Pin shown = noted->pin;

    const auto* pins = static_cast<std::vector<Pin>*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), trusted_pins_slot()));
    if (!pins || pins->empty()) return X509_verify_cert(store);
    const bool trusted = std::find(pins->begin(), pins->end(), shown) != pins->end();
    X509_STORE_CTX_set_error(store, trusted ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
    return trusted ? 1 : 0;
}

/// Only http/1.1 is spoken here: a peer that insists on something else is talking to the wrong server (RFC 7301 section 3.2).
int select_alpn(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                unsigned offered_size, void*) {
    const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, http_1_1, sizeof http_1_1,
                                            offered, offered_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

TlsContext new_context(const SSL_METHOD* method) {
    TlsContext context(SSL_CTX_new(method));
    if (!context) fail("cannot set up TLS");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context.get(), 1);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    return context;
}

bool is_ip_address(const std::string& host) {
    ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
    ERR_clear_error();
    ASN1_OCTET_STRING_free(address);
    return address != nullptr;
}

}  // namespace

void FreeTlsContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
void FreeTls::operator()(SSL* tls) const { SSL_free(tls); }

TlsContext server_context(const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key) {
    ERR_clear_error();
    TlsContext context = new_context(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_chain.c_str()) != 1)
        fail(fmt::format("cannot use the certificate {}", certificate_chain.string()));
    if (SSL_CTX_use_PrivateKey_file(context.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1)
        fail(fmt::format("cannot use the private key {} with the certificate {}", private_key.string(),
                         certificate_chain.string()));
    SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Nobody of ours resumes, and a client that has read a ticket keeps a 16 KB handshake buffer for good.
    SSL_CTX_set_num_tickets(context.get(), 0);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_alpn_select_cb(context.get(), select_alpn, nullptr);
    return context;
}

TlsContext anonymous_server_context() {
    ERR_clear_error();
    TlsContext context = new_context(TLS_server_method());
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_security_level(context.get(), 0);  // OpenSSL calls nothing secure that names nobody
    if (SSL_CTX_set_cipher_list(context.get(), "ADH-AES256-GCM-SHA384:ADH-AES128-GCM-SHA256:aNULL+AES+kECDHE:aNULL+AES") != 1)
        fail("cannot set up anonymous TLS");
    SSL_CTX_set_dh_auto(context.get(), 1);
    SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
    return context;
}

TlsContext client_context(const Trust& trust) {
    ERR_clear_error();
    TlsContext context = new_context(TLS_client_method());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), verify_peer, nullptr);
    if (SSL_CTX_set_alpn_protos(context.get(), http_1_1, sizeof http_1_1) != 0) fail("cannot set up TLS");
    if (trust.pins.empty()) {
        if (SSL_CTX_set_default_verify_paths(context.get()) != 1) fail("cannot load the system's certificate authorities");
    } else {
        SSL_CTX_set_ex_data(context.get(), trusted_pins_slot(), new std::vector<Pin>(trust.pins));
    }
    return context;
}

Tls client_tls(SSL_CTX* context, const std::string& host) {
    ERR_clear_error();
    Tls tls(SSL_new(context));
    if (!tls) fail("cannot set up TLS");
    const bool numeric = is_ip_address(host);
    X509_VERIFY_PARAM* verify = SSL_get0_param(tls.get());
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int named = numeric ? X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str()) : SSL_set1_host(tls.get(), host.c_str());
    // RFC 6066 section 3: no literal addresses in SNI.
    if (named != 1 || (!numeric && SSL_set_tlsext_host_name(tls.get(), host.c_str()) != 1))
        fail(fmt::format("cannot verify a hub of the name {}", host));
    return tls;
}

Tls server_tls(SSL_CTX* context) {
    ERR_clear_error();
    Tls tls(SSL_new(context));
    if (!tls) fail("cannot set up TLS");
    return tls;
}

const ShownCertificate* what_was_shown(const SSL* tls) {
    return static_cast<const ShownCertificate*>(SSL_get_ex_data(tls, shown_slot()));
}

std::optional<Pin> presented_pin(const SSL* tls) {
    if (const auto* shown = what_was_shown(tls)) return shown->pin;
    if (const X509* certificate = SSL_get0_peer_certificate(tls)) return pin_of(certificate);
    return std::nullopt;
}

std::string why_untrusted(const SSL* tls) {
    const long result = SSL_get_verify_result(tls);
    return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

}  // namespace pronto::tunnel
