#include "rfb-ext/control/errors.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace pronto::control;

TEST_CASE("every code has a name of its own that leads back, and an HTTP status of a failure") {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
        const auto code = static_cast<Code>(i);
        names.insert(name(code));
        CHECK(code_from(name(code)) == code);
        CHECK(http_status(code) >= 400);
        CHECK(http_status(code) < 600);
    }
    CHECK(names.size() == static_cast<std::size_t>(Code::internal) + 1);
}

TEST_CASE("a code that is not known here is internal") {
    CHECK(code_from("eaten_by_dog") == Code::internal);
}
