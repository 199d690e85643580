#include "rfb-ext/tunnel/hub_answer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;

namespace {

const Where logging_in{{"hub.example", 443}, "logging in", Millis(10'000)};

}  // namespace

TEST_CASE("a log-in carries any password exactly") {
    std::string password;
    for (int c = 1; c < 128; ++c) password += static_cast<char>(c);
    password += "\xE2\x82\xAC";
    const std::string body = login_body(Secret("Ada"), Secret(std::string(password)));
    const auto parsed = boost::json::parse(body);
    CHECK(parsed.at("user") == "Ada");
    CHECK(std::string(parsed.at("password").as_string()) == password);
}

TEST_CASE("a token is taken only if it can stand in a header") {
    CHECK(token_in(R"({"token":"aZ09-._~+/=","expires":"x"})").value().text() == "aZ09-._~+/=");
    for (const std::string& wrong : {std::string(), std::string("{}"), std::string("[]"), std::string("\"token\""),
                                     std::string(R"({"token":""})"), std::string(R"({"token":7})"),
                                     std::string(R"({"token":"a b"})"), std::string(R"({"token":"a\r\nX-Evil: 1"})"),
                                     R"({"token":")" + std::string(513, 'a') + "\"}", R"({"token":")" + std::string(60'000, 'a') + "\"}",
                                     std::string(40, '[') + std::string(40, ']')}) {
        INFO(wrong.substr(0, 50));
        CHECK_FALSE(token_in(wrong));
    }
}

TEST_CASE("a token cut anywhere is no token") {
    const std::string whole = R"({"token":"abcdef"})";
    for (std::size_t n = 0; n < whole.size(); ++n) CHECK_FALSE(token_in(std::string_view(whole).substr(0, n)));
}

TEST_CASE("a problem's words are the hub's, made presentable") {
    const LinkFailure failure = failure_in(
        logging_in, 429, R"({"type":"about:blank","status":429,"code":"too_many_attempts","message":"Slow\u001b[31m down","remedy":"Wait."})");
    CHECK(failure.kind == LinkFailure::Kind::refused);
    CHECK(failure.error.code == control::Code::too_many_attempts);
    CHECK(failure.error.message.find('\x1b') == std::string::npos);
    CHECK(failure.error.remedy == "Wait.");
    CHECK(failure_in(logging_in, 400, R"({"code":"x","message":")" + std::string(5'000, 'm') + "\"}").error.message.size() <= 500);
}

TEST_CASE("a refusal without words gets some") {
    const LinkFailure failure = failure_in(logging_in, 403, R"({"code":"forbidden","message":17})");
    CHECK(failure.kind == LinkFailure::Kind::refused);
    CHECK_THAT(failure.error.message, Catch::Contains("hub.example:443") && Catch::Contains("logging in"));
}

TEST_CASE("an answer that is no problem of ours is no hub, cut anywhere or not") {
    const std::string whole = R"({"code":"forbidden","message":"no"})";
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const LinkFailure failure = failure_in(logging_in, 403, std::string_view(whole).substr(0, n));
        CHECK(failure.kind == LinkFailure::Kind::protocol);
        CHECK_THAT(failure.error.message, Catch::Contains("HTTP 403"));
    }
    CHECK(failure_in(logging_in, 404, "<html>Not found</html>").kind == LinkFailure::Kind::protocol);
    CHECK(failure_in(logging_in, 404, R"({"error":"not found"})").kind == LinkFailure::Kind::protocol);
}

TEST_CASE("a secret leaves nothing where it came from") {
    std::string short_one = "pw", long_one(100, 'p');
    const char* const place = short_one.data();
    const Secret kept(std::move(short_one)), also(std::move(long_one));
    CHECK(kept.text() == "pw");
    CHECK(also.text() == std::string(100, 'p'));
    CHECK(place[0] == '\0');
    CHECK(short_one.empty());
    CHECK(long_one.empty());
}

TEST_CASE("a range is what RFC 9110 calls one, or nothing") {
    CHECK(content_range_in("bytes 0-0/1") == ContentRange{0, 1, 1});
    CHECK(content_range_in("bytes 100-199/1000") == ContentRange{100, 100, 1000});
    CHECK(content_range_in("bytes 0-18446744073709551613/18446744073709551615") ==
          ContentRange{0, 18446744073709551614u, 18446744073709551615u});
    const std::string whole = "bytes 100-199/1000";
    for (std::size_t n = 0; n < 15; ++n) CHECK_FALSE(content_range_in(whole.substr(0, n)));
    for (const char* wrong : {"bytes */1000", "bytes 0-5/*", "bytes 5-4/10", "bytes 0-10/10", "lines 0-1/2", "bytes 0-1/2 ",
                              "bytes  0-1/2", "bytes -1-1/2", "bytes 0-99999999999999999999/5", "bytes 0x0-1/2"})
        CHECK_FALSE(content_range_in(wrong));
}
