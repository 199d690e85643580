#include "rfb-ext/tunnel/shown_certificate.hpp"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "rfb-ext/base/text.hpp"

namespace pronto::tunnel {

namespace {

constexpr std::size_t longest_issuer = 120;

Pin pin_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) throw std::runtime_error("cannot read a certificate's public key");
    const Pin pin = sha256({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return pin;
}

std::string entry(const X509_NAME* name, int kind) {
    const int at = X509_NAME_get_index_by_NID(name, kind, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return {};
    std::string made(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return made;
}

std::string issuer_of(const X509* certificate) {
    const X509_NAME* const name = X509_get_issuer_name(certificate);
    const std::string organization = entry(name, NID_organizationName);
    const std::string common_name = entry(name, NID_commonName);
    const bool both = !organization.empty() && !common_name.empty() && organization != common_name;
    const std::string whole = both                   ? organization + ", " + common_name
                              : organization.empty() ? common_name
                                                     : organization;
    return whole.empty() ? "an authority without a name" : presentable(whole, longest_issuer);
}

bool names_hub(X509_STORE_CTX* store, X509* certificate) {
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(store);
    if (const char* const host = X509_VERIFY_PARAM_get0_host(wanted, 0))
        return X509_check_host(certificate, host, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
    char* const address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
    const bool named = address && X509_check_ip_asc(certificate, address, 0) == 1;
    OPENSSL_free(address);
    return named;
}

}  // namespace

ShownCertificate shown_certificate(X509_STORE_CTX* store) {
    X509* const certificate = X509_STORE_CTX_get0_cert(store);
    ShownCertificate shown;
    shown.pin = pin_of(certificate);
    shown.issuer = issuer_of(certificate);
    shown.is_self_signed = X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0;
    shown.names_hub = names_hub(store, certificate);
    shown.is_public = X509_get_ext_by_NID(certificate, NID_ct_precert_scts, -1) >= 0;
    ERR_clear_error();
    return shown;
}

bool looks_intercepted(const ShownCertificate& shown) {
    return shown.names_hub && !shown.is_self_signed && !shown.is_public;
}

}  // namespace pronto::tunnel
