#include "rfb-ext/control/json_text.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::control;

TEST_CASE("JSON longer than the room it is worked in comes back as it was") {
    boost::json::object object;
    for (int i = 0; i < 50; ++i) object[std::to_string(i)] = std::string(static_cast<std::size_t>(i) * 10, 'x') + "\"\n\xC3\xA9";
    const auto text = write_json(object);
    CHECK(text.size() > 10'000);
    CHECK(text == boost::json::serialize(object));
    const auto back = parse_json(text, 2);
    REQUIRE(back.has_value());
    CHECK(*back == object);
    CHECK(write_json({}) == "{}");
}

TEST_CASE("what is not whole, not alone or too deep is an error") {
    for (const char* wrong : {"", "{", "{\"a\":", "{} {}", "[1]]", "nothing"}) {
        INFO(wrong);
        CHECK(parse_json(wrong, 8).has_error());
    }
    CHECK(parse_json("[[1]]", 2).has_value());
    CHECK(parse_json("[[1]]", 1).has_error());
}
