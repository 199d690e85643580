#include "repeater/net/offered_token.hpp"

#include <catch2/catch.hpp>

using namespace pronto::net;

TEST_CASE("a program's token is its Bearer, whatever the scheme's case") {
    CHECK(offered_token("Bearer abc-_9", "") == "abc-_9");
    CHECK(offered_token("bEARER abc", "pronto, token.other") == "abc");
    CHECK(bearer_token("Bearer abc") == "abc");
}

TEST_CASE("a browser's token is one of the subprotocols it offers, wherever it stands") {
    CHECK(offered_token("", "pronto, token.abc-_9") == "abc-_9");
    CHECK(offered_token("", "token.abc,pronto") == "abc");
    CHECK(offered_token("Basic dXNlcg==", "pronto, token.abc") == "abc");
    CHECK(offered_token("Bearer ", "pronto, token.abc") == "abc");
}

TEST_CASE("what is no token is none") {
    for (const auto* authorization : {"", "Bearer", "Bearer ", "Basic abc", "token.abc"})
        for (const auto* protocols :
             {"", "pronto", "token.", "pronto, Token.abc", "xtoken.abc", "pronto; token.abc", ", ,", "\"token.abc\""})
            CHECK(offered_token(authorization, protocols).empty());
    CHECK(bearer_token("").empty());
}

TEST_CASE("a field cut anywhere gives the token's beginning or none, never more") {
    const std::string whole = "pronto, token.abcdef";
    for (std::size_t n = 0; n <= whole.size(); ++n)
        CHECK(std::string("abcdef").find(offered_token("", whole.substr(0, n))) == 0);
}
