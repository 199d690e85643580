#include "rfb-ext/wire/vnc_auth.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "rfb-ext/base/text.hpp"

using namespace pronto;
using namespace pronto::wire;

namespace {

Challenge counting() {
    Challenge challenge;
    for (std::size_t i = 0; i < challenge.size(); ++i) challenge[i] = static_cast<Byte>(i);
    return challenge;
}

}  // namespace

TEST_CASE("responses are those of LibVNCServer's rfbEncryptBytes and of plain DES") {
    const auto answers = [](std::string_view password) { return hex(vnc_response(counting(), password)); };
    REQUIRE(answers("a") == "449407fb6f71bd517aca76866568a4e2");
    REQUIRE(answers("secret") == "ee22539f33a5983ec12f9c2edbc995dd");
    REQUIRE(answers("12345678") == "83dd2b4dbd04367f28578fdd5b142740");
    REQUIRE(answers("p\xE4ss\xDFw\xF6r") == "75a38723698ce2588a593907c959cd86");
    REQUIRE(answers("") == "491e890de9ace932838a49792f2213f3");  // plain DES only: rfbEncryptBytes refuses the key
}

TEST_CASE("a password counts up to its eighth byte") {
    REQUIRE(vnc_response(counting(), "12345678-and-more") == vnc_response(counting(), "12345678"));
    REQUIRE(vnc_response(counting(), "1234567") != vnc_response(counting(), "12345678"));
    REQUIRE(vnc_response(counting(), std::string_view("abc\0\0", 5)) == vnc_response(counting(), "abc"));
}

TEST_CASE("a response matches its own password and challenge only") {
    const auto challenge = random_challenge();
    auto response = vnc_response(challenge, "secret");
    REQUIRE(response_matches(challenge, response, "secret"));
    REQUIRE_FALSE(response_matches(challenge, response, "Secret"));
    REQUIRE_FALSE(response_matches(challenge, response, ""));
    REQUIRE_FALSE(response_matches(random_challenge(), response, "secret"));
    response.back() ^= 1;
    REQUIRE_FALSE(response_matches(challenge, response, "secret"));
}

TEST_CASE("challenges differ") {
    REQUIRE(random_challenge() != random_challenge());
}
