#include "rfb-ext/base/text.hpp"

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("hex goes out in lower case and comes back from either") {
    CHECK(hex(Bytes{0x00, 0x0F, 0xAB, 0xFF}) == "000fabff");
    CHECK(from_hex("000fABff") == Bytes{0x00, 0x0F, 0xAB, 0xFF});
    CHECK(from_hex("") == Bytes{});
    for (const char* wrong : {"0", "0g", "0x00", " 00", "00 "}) CHECK_FALSE(from_hex(wrong));
}

TEST_CASE("base64url gives RFC 4648's examples without padding") {
    CHECK(base64url(as_bytes("")).empty());
    CHECK(base64url(as_bytes("f")) == "Zg");
    CHECK(base64url(as_bytes("fo")) == "Zm8");
    CHECK(base64url(as_bytes("foo")) == "Zm9v");
    CHECK(base64url(as_bytes("foobar")) == "Zm9vYmFy");
    CHECK(base64url(Bytes{0xFB, 0xFF, 0xBF}) == "-_-_");
    CHECK(base64url(Bytes(300, 0xFF)).find_first_not_of('_') == std::string::npos);
}

TEST_CASE("what is shown has no control characters and no tricks with its direction") {
    CHECK(presentable("plain \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 100) ==
          "plain \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK(presentable(std::string_view("a\0b\x1B[31m\x7F\r\n\tc", 13), 100) == "ab[31mc");
    CHECK(presentable("a\nb\tc\rd", 100, true) == "a\nb\tcd");
    CHECK(presentable("\xC2\x85x\xC2\x9Fy", 100) == "xy");  // C1 controls
    CHECK(presentable("txt.\xE2\x80\xAE"
                      "exe",
                      100) == "txt.exe");  // right-to-left override
    CHECK(presentable("a\xE2\x81\xA6"
                      "b\xE2\x81\xA9"
                      "c\xE2\x80\x8F",
                      100) == "abc");
    CHECK(presentable("a\xE2\x80\xA8"
                      "b",
                      100, true) == "ab");  // line separator
}

TEST_CASE("bytes that are not UTF-8 become replacement characters, one each") {
    const std::string bad = "\xEF\xBF\xBD";
    CHECK(presentable("caf\xE9!", 100) == "caf" + bad + "!");
    CHECK(presentable("\xC0\xAF", 100) == bad + bad);            // overlong
    CHECK(presentable("\xED\xA0\x80", 100) == bad + bad + bad);  // a surrogate
    CHECK(presentable("\xF5\x80\x80\x80", 100) == bad + bad + bad + bad);
    CHECK(presentable("\xE2\x82", 100) == bad + bad);  // cut
    CHECK(presentable("\x80"
                      "a",
                      100) == bad + "a");
}

TEST_CASE("a text is cut at a character's end") {
    const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
    const std::vector<std::size_t> ends{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (std::size_t limit = 0; limit < ends.size(); ++limit)
        CHECK(presentable(text, limit) == text.substr(0, ends[limit]));
}

TEST_CASE("what is presentable stays as it is") {
    for (const char* text : {"caf\xE9\x80",
                             "a\xE2\x80\xAE"
                             "b",
                             "x\r\ny", "\xF0\x9F\x98"}) {
        const auto once = presentable(text, 9, true);
        CHECK(presentable(once, 9, true) == once);
    }
}

TEST_CASE("texts of different authors become sentences in a row") {
    CHECK(sentences({"wrong password", "try again"}) == "Wrong password. Try again.");
    CHECK(sentences({"Really?", "", "Yes!"}) == "Really? Yes!");
    CHECK(sentences({"", ""}).empty());
    CHECK(sentences({"\xC3\xA9t\xC3\xA9"}) == "\xC3\xA9t\xC3\xA9.");
}

TEST_CASE("the nearest name is the one meant") {
    const std::vector<std::string> known{"hub.node", "hub.name", "listen.ports"};
    CHECK(nearest("hub.nod", known) == "hub.node");
    CHECK(nearest("hub.nane", known) == "hub.name");
    CHECK(nearest("listen.prots", known) == "listen.ports");
    CHECK(nearest("zebra", known).empty());
    CHECK(nearest("x", {}).empty());
}

TEST_CASE("bytes are told to people in decimal units") {
    CHECK(human_bytes(0) == "0 B");
    CHECK(human_bytes(999) == "999 B");
    CHECK(human_bytes(1'000) == "1.0 kB");
    CHECK(human_bytes(1'440'000) == "1.4 MB");
    CHECK(human_bytes(2'000'000'000) == "2.0 GB");
    CHECK(human_bytes(7'200'000'000'000) == "7.2 TB");
}

TEST_CASE("percent escapes are decoded, broken ones refused") {
    CHECK(percent_decoded("anna%20m%C3%a4rz+") == "anna m\xC3\xA4rz+");
    CHECK(percent_decoded("") == "");
    CHECK(percent_decoded("%2F%00")->size() == 2);
    for (const char* wrong : {"%", "%4", "%4g", "100%", "a%2"}) CHECK_FALSE(percent_decoded(wrong));
}

TEST_CASE("a text goes into Latin-1 and back; what that lacks becomes a question mark") {
    CHECK(to_latin_1("gr\xC3\xBC\xC3\x9F dich") == "gr\xFC\xDF dich");
    CHECK(to_latin_1("5 \xE2\x82\xAC, \xF0\x9F\x98\x80\n") == "5 ?, ?\n");
    CHECK(to_latin_1("cut \xC3") == "cut ?");
    CHECK(from_latin_1("gr\xFC\xDF dich") == "gr\xC3\xBC\xC3\x9F dich");
    std::string all;
    for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
    CHECK(to_latin_1(from_latin_1(all)) == all);
}
