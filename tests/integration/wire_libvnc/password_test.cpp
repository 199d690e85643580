#include <catch2/catch.hpp>

#include "rfb-ext/wire/handshake.hpp"
#include "tests/integration/wire_libvnc/libvnc_host.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

/// Until the host lets us in or turns us away; `password` is given when it is wanted.
ErrorCode log_in(LibvncHost& host, HostHandshake& handshake, std::string_view password) {
    Bytes held;
    for (int round = 0; round < 20; ++round) {
        append(held, host.received());
        const auto progress = handshake.feed(held);
        if (!progress) return progress.error();
        held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(progress->consumed));
        auto reply = progress->reply;
        // The host has had our version already.
        if (as_text(reply).starts_with("RFB ")) reply.erase(reply.begin(), reply.begin() + 12);
        if (handshake.wants_password()) append(reply, handshake.give_password(password).value().reply);
        if (!reply.empty()) host.send(reply);
        if (progress->done) return {};
    }
    throw std::runtime_error("no handshake with LibVNCServer");
}

}  // namespace

TEST_CASE("LibVNCServer takes its password's response") {
    for (const std::string password : {"a", "secret", "12345678", "longer than eight", "p\xE4ss\xDFw\xF6r"}) {
        LibvncHost host({64, 48}, password);
        HostHandshake handshake;
        REQUIRE_FALSE(log_in(host, handshake, password));
        REQUIRE(handshake.server_init().size == Size{64, 48});
    }
}

TEST_CASE("LibVNCServer turns a wrong password away with its words") {
    LibvncHost host({64, 48}, "secret");
    HostHandshake handshake;
    REQUIRE(log_in(host, handshake, "Secret") == make_error_code(WireError::wrong_password));
    REQUIRE(handshake.reason() == "password check failed!");
}
