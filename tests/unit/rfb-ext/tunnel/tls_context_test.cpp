#include "rfb-ext/tunnel/tls_context.hpp"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/rfb-ext/tunnel/test_authority.hpp"
#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;

namespace {

struct Outcome {
    ErrorCode client;
    ErrorCode server;
    std::string why_untrusted;
    std::optional<Pin> presented;
    std::string alpn;
};

Outcome shake_hands(SSL_CTX* server_side, Tls client_tls) {
    asio::io_context io;
    Sockets sockets = connected(io);
    TlsStream client(std::move(sockets.client), std::move(client_tls));
    TlsStream server(std::move(sockets.server), server_tls(server_side));
    Outcome outcome;
    const auto shake = [](TlsStream& stream, TlsStream::Role role, ErrorCode& error) -> asio::awaitable<void> {
        const Result<void> shaken = co_await stream.handshake(role);
        if (!shaken) error = shaken.error();
        if (!shaken) stream.close();
    };
    spawn(io, shake(client, TlsStream::Role::client, outcome.client));
    spawn(io, shake(server, TlsStream::Role::server, outcome.server));
    run(io);
    outcome.why_untrusted = why_untrusted(client.native_handle());
    outcome.presented = presented_pin(client.native_handle());
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.native_handle(), &name, &size);
    outcome.alpn.assign(reinterpret_cast<const char*>(name), size);
    return outcome;
}

Outcome shake_hands(const HubKey& hub, const Trust& trust, const std::string& host = "localhost") {
    const TlsContext server = server_context(hub.certificate, hub.key);
    const TlsContext client = client_context(trust);
    return shake_hands(server.get(), client_tls(client.get(), host));
}

/// A hub with a certificate from an authority that the "system" of this test knows.
struct AuthorisedHub {
    Folder folder;
    std::filesystem::path authority = folder / "ca.crt", certificate = folder / "hub.crt", key = folder / "hub.key";

    explicit AuthorisedHub(const Wish& wish) {
        make_signed(authority, certificate, key, wish);
        ::setenv("SSL_CERT_FILE", authority.c_str(), 1);
    }
    ~AuthorisedHub() { ::unsetenv("SSL_CERT_FILE"); }
    Outcome shake(const Trust& trust, const std::string& host = "localhost") const {
        const TlsContext server = server_context(certificate, key);
        const TlsContext client = client_context(trust);
        return shake_hands(server.get(), client_tls(client.get(), host));
    }
};

}  // namespace

TEST_CASE("the right pin is enough: self-signed, whatever the name") {
    const HubKey hub, other;
    const Outcome outcome = shake_hands(hub, {{other.pin(), hub.pin()}}, "another.name");
    CHECK_FALSE(outcome.client);
    CHECK_FALSE(outcome.server);
    CHECK(outcome.why_untrusted == "");
    CHECK(outcome.presented == hub.pin());
    CHECK(outcome.alpn == "http/1.1");
}

TEST_CASE("a wrong pin is refused and the key that was shown is known") {
    const HubKey hub, other;
    const Outcome outcome = shake_hands(hub, {{other.pin()}});
    CHECK(outcome.client.message() == "certificate verify failed");
    CHECK(outcome.server);
    CHECK(outcome.why_untrusted != "");
    CHECK(outcome.presented == hub.pin());
}

TEST_CASE("without pins a self-signed hub is refused") {
    const HubKey hub;
    const Outcome outcome = shake_hands(hub, {});
    CHECK(outcome.client.message() == "certificate verify failed");
    CHECK_THAT(outcome.why_untrusted, Catch::Contains("self-signed"));
    CHECK(outcome.presented == hub.pin());
}

TEST_CASE("without pins the system's authorities and the host name decide") {
    const AuthorisedHub hub(Wish{});
    CHECK_FALSE(hub.shake({}).client);
    const Outcome mismatch = hub.shake({}, "elsewhere.example");
    CHECK(mismatch.client.message() == "certificate verify failed");
    CHECK_THAT(mismatch.why_untrusted, Catch::Contains("ostname mismatch"));
    const Outcome numeric = hub.shake({}, "127.0.0.1");
    CHECK(numeric.client);
    CHECK_THAT(numeric.why_untrusted, Catch::Contains("IP address mismatch"));
}

TEST_CASE("an authority's word does not help against a pin") {
    const AuthorisedHub hub(Wish{});
    CHECK(hub.shake({{Pin{}}}).client);
}

TEST_CASE("an expired certificate is refused without a pin, accepted with the right one") {
    const AuthorisedHub hub(Wish{"localhost", -20, -10});
    const Outcome refused = hub.shake({});
    CHECK(refused.client);
    CHECK_THAT(refused.why_untrusted, Catch::Contains("expired"));
    CHECK_FALSE(hub.shake({{pin_of_certificate(hub.certificate)}}).client);
}

TEST_CASE("TLS 1.1 is refused by both sides, TLS 1.2 is spoken") {
    const HubKey hub;
    const TlsContext server = server_context(hub.certificate, hub.key);
    const TlsContext client = client_context({{hub.pin()}});
    const auto old_client = [&](int version) {
        Tls tls = client_tls(client.get(), "localhost");
        SSL_set_min_proto_version(tls.get(), version);
        SSL_set_max_proto_version(tls.get(), version);
        SSL_set_cipher_list(tls.get(), "ALL:@SECLEVEL=0");
        return tls;
    };
    CHECK_FALSE(shake_hands(server.get(), old_client(TLS1_2_VERSION)).client);
    CHECK(shake_hands(server.get(), old_client(TLS1_1_VERSION)).server);

    SSL_CTX_set_min_proto_version(server.get(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(server.get(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(server.get(), "ALL:@SECLEVEL=0");
    CHECK(shake_hands(server.get(), client_tls(client.get(), "localhost")).client);
}

TEST_CASE("a client that insists on another protocol is turned away") {
    const HubKey hub;
    const TlsContext server = server_context(hub.certificate, hub.key);
    const TlsContext client = client_context({{hub.pin()}});
    Tls tls = client_tls(client.get(), "localhost");
    const unsigned char h2[] = {2, 'h', '2'};
    SSL_set_alpn_protos(tls.get(), h2, sizeof h2);
    CHECK(shake_hands(server.get(), std::move(tls)).server);
}

TEST_CASE("key and certificate are made once, the key for its owner only") {
    const Folder folder;
    const auto certificate = folder / "hub.crt", key = folder / "hub.key";
    ensure_self_signed(certificate, key, "hub.example");
    struct stat facts {};
    REQUIRE(::stat(key.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    const Pin first = pin_of_certificate(certificate);
    const std::string content = read_file(certificate);
    ensure_self_signed(certificate, key, "hub.example");
    CHECK(read_file(certificate) == content);

    SECTION("a lost certificate is made again for the same key") {
        std::filesystem::remove(certificate);
        ensure_self_signed(certificate, key, "10.0.0.1");
        CHECK(read_file(certificate) != content);
        CHECK(pin_of_certificate(certificate) == first);
    }
    SECTION("a lost key is an error, not a silent new identity") {
        std::filesystem::remove(key);
        CHECK_THROWS_WITH(ensure_self_signed(certificate, key, "hub.example"), Catch::Contains("hub.key is missing"));
        CHECK_THROWS_WITH(server_context(certificate, key), Catch::Contains("cannot use the private key"));
    }
    SECTION("another hub's key does not fit") {
        const HubKey other;
        CHECK_THROWS_WITH(server_context(certificate, other.key), Catch::Contains("key values mismatch"));
    }
}

TEST_CASE("files that are no certificates are named") {
    const Folder folder;
    const auto path = folder / "nonsense";
    std::ofstream(path) << "nonsense";
    CHECK_THROWS_WITH(pin_of_certificate(path), Catch::Contains("nonsense holds no certificate"));
    CHECK_THROWS_WITH(pin_of_certificate(folder / "missing"), Catch::Contains("missing"));
    CHECK_THROWS_WITH(server_context(path, path), Catch::Contains("cannot use the certificate"));
    CHECK_THROWS_AS(ensure_self_signed(folder / "a", folder / "b", "two, names"), std::runtime_error);
}
