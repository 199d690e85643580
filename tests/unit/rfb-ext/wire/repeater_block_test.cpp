#include "rfb-ext/wire/repeater_block.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

#include "rfb-ext/wire/errors.hpp"

using namespace pronto;
using namespace pronto::wire;

namespace {

RepeaterId id(std::string_view text) {
    return std::get<RepeaterId>(read_repeater_block(write_repeater_block(text)).value());
}
RepeaterHost host(std::string_view text) {
    return std::get<RepeaterHost>(read_repeater_block(write_repeater_block(text)).value());
}
ErrorCode wrong(std::string_view text) {
    return read_repeater_block(write_repeater_block(text)).error();
}

}  // namespace

TEST_CASE("a block is 250 bytes, all of them written") {
    const auto block = write_repeater_block("ID:1234");
    REQUIRE(block.size() == 250);
    REQUIRE(as_text(block) == "ID:1234" + std::string(243, '\0'));
    REQUIRE(write_repeater_block(std::string(249, 'x')).back() == 0);
    REQUIRE_THROWS_AS(write_repeater_block(std::string(250, 'x')), std::length_error);
}

TEST_CASE("an id is read with its secret, if it has one") {
    REQUIRE(id("ID:123456789") == RepeaterId{"123456789", ""});
    REQUIRE(id("id:AbC-12 x") == RepeaterId{"AbC-12 x", ""});
    REQUIRE(id("Id: 1234 ") == RepeaterId{"1234", ""});
    REQUIRE(id("ID:1234;s3;cr:et 5") == RepeaterId{"1234", "s3;cr:et 5"});
    REQUIRE(id("ID:1234;") == RepeaterId{"1234", ""});
    REQUIRE(id("ID:" + std::string(64, '9') + ";" + std::string(128, 's')) ==
            RepeaterId{std::string(64, '9'), std::string(128, 's')});
}

TEST_CASE("what viewers append to an id is left out") {
    for (const auto* text : {"ID:1234:0", "ID:1234:5900", "ID:1234::5901", "ID:1234:", "ID:1234:5901;", "ID:1234\r\n"})
        REQUIRE(id(text) == RepeaterId{"1234", ""});
    REQUIRE(id("ID:1234:0;secret") == RepeaterId{"1234", "secret"});
}

TEST_CASE("what is behind the first zero is nobody's") {
    auto block = write_repeater_block("ID:1234");
    std::fill(block.begin() + 8, block.end(), Byte{0xCC});
    REQUIRE(std::get<RepeaterId>(read_repeater_block(block).value()) == RepeaterId{"1234", ""});
    block[7] = '5';
    REQUIRE(read_repeater_block(block).error() == make_error_code(WireError::bad_repeater_block));
}

TEST_CASE("an id that is none, or too long, is refused") {
    for (const std::string& text :
         {std::string("ID:"), std::string("ID:;secret"), std::string("ID: "), std::string("ID::5900"),
          std::string("ID:12:ab"), "ID:" + std::string(65, '9'), "ID:1;" + std::string(129, 's')})
        REQUIRE(wrong(text) == make_error_code(WireError::bad_repeater_id));
}

TEST_CASE("a host is read with its display or port") {
    REQUIRE(host("desk") == RepeaterHost{"desk", 5900});
    REQUIRE(host("desk.example.org:0") == RepeaterHost{"desk.example.org", 5900});
    REQUIRE(host("10.0.0.7:1") == RepeaterHost{"10.0.0.7", 5901});
    REQUIRE(host("desk:99") == RepeaterHost{"desk", 5999});
    REQUIRE(host("desk:100") == RepeaterHost{"desk", 100});
    REQUIRE(host("desk:5901") == RepeaterHost{"desk", 5901});
    REQUIRE(host("desk::22") == RepeaterHost{"desk", 22});
    REQUIRE(host("desk::65535") == RepeaterHost{"desk", 65'535});
    REQUIRE(host("[::1]") == RepeaterHost{"::1", 5900});
    REQUIRE(host("[fe80::1%eth0]:2") == RepeaterHost{"fe80::1%eth0", 5902});
    REQUIRE(host("[2001:db8::1]:5901") == RepeaterHost{"2001:db8::1", 5901});
    REQUIRE(host("[2001:db8::1]::80") == RepeaterHost{"2001:db8::1", 80});
    REQUIRE(host(" id-card:1 ") == RepeaterHost{"id-card", 5901});
    REQUIRE(host(std::string(249, 'h')) == RepeaterHost{std::string(249, 'h'), 5900});
}

TEST_CASE("a host that is none is refused") {
    for (const auto* text :
         {":5900",   "::5900",     "desk:",   "desk::",  "desk:::1", "desk:a",      "desk:-1", "desk:+1",
          "desk: 1", "desk:65536", "desk::0", "desk:1x", "de sk",    "2001:db8::1", "[]",      "[::1",
          "[::1]x",  "[::1]5",     "[a b]:1", "::1]",    "de/sk",    "user@desk",   "de;sk"})
        REQUIRE(wrong(text) == make_error_code(WireError::bad_repeater_host));
}

TEST_CASE("a block that has no text or the wrong length is refused") {
    const auto bad = make_error_code(WireError::bad_repeater_block);
    for (const auto* text : {"", "  ", "ID:\x01", "d\xC3\xA9sk", "ID:1\t2", "\x7F"}) REQUIRE(wrong(text) == bad);
    const auto block = write_repeater_block("ID:1234");
    for (std::size_t cut = 0; cut < block.size(); ++cut)
        REQUIRE(read_repeater_block(ByteView(block).first(cut)).error() == bad);
    REQUIRE(read_repeater_block(Bytes(251, Byte{'x'})).error() == bad);
}

TEST_CASE("the words about a wrong block tell what is right") {
    REQUIRE(make_error_code(WireError::bad_repeater_block).message().find("ID:") != std::string::npos);
    REQUIRE(make_error_code(WireError::bad_repeater_id).message().find("ID:") != std::string::npos);
    REQUIRE(make_error_code(WireError::bad_repeater_host).message().find("host:port") != std::string::npos);
}
