#include "rfb-ext/tunnel/shown_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/rfb-ext/tunnel/test_authority.hpp"
#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;

namespace {

/// What is noted of a certificate that is shown where `host` was dialled.
ShownCertificate shown_at(const std::filesystem::path& certificate, const std::string& host) {
    const std::string pem = read_file(certificate);
    BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* const parsed = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE* const store = X509_STORE_new();
    X509_STORE_CTX* const context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, parsed, nullptr);
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context), host.c_str(), host.size());
    const ShownCertificate shown = shown_certificate(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(parsed);
    BIO_free(bio);
    return shown;
}

}  // namespace

TEST_CASE("a certificate for the hub's name by an unknown authority looks like interception") {
    Folder folder;
    make_signed(folder / "authority", folder / "hub.crt", folder / "hub.key", {"hub.example"});
    const auto shown = shown_at(folder / "hub.crt", "hub.example");
    CHECK(looks_intercepted(shown));
    CHECK(shown.pin == pin_of_certificate(folder / "hub.crt"));
    CHECK_FALSE(shown.issuer.empty());
    CHECK_FALSE(looks_intercepted(shown_at(folder / "hub.crt", "other.example")));  // another server, whoever it is
}

TEST_CASE("a hub's own certificate does not look like interception") {
    const HubKey hub;
    const auto shown = shown_at(hub.certificate, "localhost");
    CHECK(shown.is_self_signed);
    CHECK(shown.names_hub);
    CHECK_FALSE(looks_intercepted(shown));
}

TEST_CASE("nor does one of a public authority") {
    ShownCertificate shown;
    shown.names_hub = true;
    CHECK(looks_intercepted(shown));
    shown.is_public = true;
    CHECK_FALSE(looks_intercepted(shown));
}
