#include "rfb-ext/tunnel/hub_address.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

using namespace pronto::tunnel;

TEST_CASE("an address is a name or number with or without a port") {
    CHECK(parse_hub_address("hub.example") == HubAddress{"hub.example", 443});
    CHECK(parse_hub_address("hub.example", 8080) == HubAddress{"hub.example", 8080});
    CHECK(parse_hub_address("hub.example:8443") == HubAddress{"hub.example", 8443});
    CHECK(parse_hub_address("10.0.0.1:65535") == HubAddress{"10.0.0.1", 65535});
    CHECK(parse_hub_address("[::1]") == HubAddress{"::1", 443});
    CHECK(parse_hub_address("[fe80::1%eth0]:3128") == HubAddress{"fe80::1%eth0", 3128});
}

TEST_CASE("what is no address is refused with the right form") {
    for (const char* wrong : {"", ":443", "hub:", "hub:0", "hub:65536", "hub:-1", "hub:12x", "::1", "[::1", "[::1]443", "[]",
                              "[hub]:443", "https://hub.example", "hub example", "user@hub", "hub:1:2", "[::1]:", "[::1%]", "[::1%a/b]", "[a:b:%e%e]"}) {
        INFO(wrong);
        CHECK_THROWS_AS(parse_hub_address(wrong), std::runtime_error);
    }
    CHECK_THROWS_WITH(parse_hub_address(""), Catch::Contains("missing") && !Catch::Contains("\""));
    CHECK_THROWS_WITH(parse_pin(""), Catch::Contains("missing") && !Catch::Contains("\""));
    CHECK_THROWS_WITH(parse_hub_address("a b"), Catch::Contains("hub.example:8443"));
    CHECK_THROWS_AS(parse_hub_address(std::string(254, 'a')), std::runtime_error);
}

TEST_CASE("an address survives being written and read") {
    for (const char* text : {"hub.example:443", "[::1]:8443", "127.0.0.1:1"}) CHECK(to_text(parse_hub_address(text)) == text);
}

TEST_CASE("a pin is sha256: and 64 hex digits") {
    const std::string text = "sha256:" + std::string(62, '0') + "aF";
    const Pin pin = parse_pin(text);
    CHECK(pin[31] == 0xAF);
    CHECK(to_text(pin) == "sha256:" + std::string(62, '0') + "af");
    for (const std::string& wrong : {std::string(64, '0'), "sha1:" + std::string(64, '0'), "sha256:" + std::string(63, '0'),
                                     "sha256:" + std::string(66, '0'), "sha256:" + std::string(64, 'g'), std::string()}) {
        INFO(wrong);
        CHECK_THROWS_AS(parse_pin(wrong), std::runtime_error);
    }
}
