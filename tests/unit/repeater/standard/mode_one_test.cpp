#include "repeater/standard/mode_one.hpp"

#include <catch2/catch.hpp>

using namespace pronto::standard;

namespace {

asio::ip::address ip(const char* text) {
    return asio::ip::make_address(text);
}

}  // namespace

TEST_CASE("mode I goes where the list says, and nowhere else") {
    const ModeOneRules rules({"192.0.2.0/24:5900-5910", "198.51.100.7:5901", "[2001:db8::]/32:5900"}, {5900});
    CHECK(rules.any());
    CHECK(rules.allow(ip("192.0.2.1"), 5900, false));
    CHECK(rules.allow(ip("192.0.2.255"), 5910, false));
    CHECK_FALSE(rules.allow(ip("192.0.2.1"), 5911, false));
    CHECK_FALSE(rules.allow(ip("192.0.2.1"), 5899, false));
    CHECK_FALSE(rules.allow(ip("192.0.3.1"), 5900, false));
    CHECK(rules.allow(ip("198.51.100.7"), 5901, false));
    CHECK_FALSE(rules.allow(ip("198.51.100.8"), 5901, false));
    CHECK(rules.allow(ip("2001:db8:1::1"), 5900, false));
    CHECK_FALSE(rules.allow(ip("2001:db9::1"), 5900, false));
    CHECK_FALSE(ModeOneRules().any());
    CHECK_FALSE(ModeOneRules().allow(ip("192.0.2.1"), 5900, false));
}

TEST_CASE("a prefix that ends within a byte is held to the bit") {
    const ModeOneRules rules({"10.0.0.0/9:5900", "[2001:db8::]/33:5900", "0.0.0.0/0:5999"});
    CHECK(rules.allow(ip("10.127.255.255"), 5900, false));
    CHECK_FALSE(rules.allow(ip("10.128.0.0"), 5900, false));
    CHECK(rules.allow(ip("2001:db8:7fff::1"), 5900, false));
    CHECK_FALSE(rules.allow(ip("2001:db8:8000::1"), 5900, false));
    CHECK(rules.allow(ip("203.0.113.9"), 5999, false));
}

TEST_CASE("some addresses are never gone to, whatever the list says") {
    const ModeOneRules rules({"0.0.0.0/0:1-65535", "[::]/0:1-65535"}, {5900, 443});
    for (const char* never : {"127.0.0.1", "127.255.0.1", "0.0.0.0", "0.1.2.3", "169.254.1.1", "224.0.0.1", "::1", "::", "fe80::1", "fec0::1",
                              "ff02::1", "::ffff:192.0.2.1", "::ffff:127.0.0.1"}) {
        INFO(never);
        CHECK_FALSE(rules.allow(ip(never), 5901, false));
    }
    CHECK(rules.allow(ip("192.0.2.1"), 5900, false));
    CHECK_FALSE(rules.allow(ip("192.0.2.1"), 5900, true));
    CHECK_FALSE(rules.allow(ip("192.0.2.1"), 443, true));
    CHECK(rules.allow(ip("192.0.2.1"), 5901, true));
}

TEST_CASE("a mistake in the list names the entry") {
    for (const char* wrong : {"", "192.0.2.0/24", "192.0.2.0/33:5900", "192.0.2.0/24:0", "192.0.2.0/24:5910-5900", "192.0.2.0/24:70000", "host:5900",
                              "2001:db8::/32:5900", "[2001:db8::]/129:5900", "[2001:db8::/32:5900", "192.0.2.0/:5900", "192.0.2.0/24:5900-",
                              "192.0.2.0/24:5900x"}) {
        INFO(wrong);
        CHECK_THROWS_WITH(ModeOneRules({wrong}), Catch::Contains(std::string("\"") + wrong + "\""));
    }
}
