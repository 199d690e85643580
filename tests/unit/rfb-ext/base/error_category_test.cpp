#include "rfb-ext/base/error_category.hpp"

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("an error code of a category says its name and its words") {
    static const ErrorCategory category("pronto.test", [](int code) { return code == 7 ? "seven" : "another"; });
    const boost::system::error_code seven(7, category);
    CHECK(std::string(seven.category().name()) == "pronto.test");
    CHECK(seven.message() == "seven");
    CHECK(seven.failed());
    CHECK(boost::system::error_code(8, category) != seven);
    static const ErrorCategory other("pronto.other", [](int) { return ""; });
    CHECK(boost::system::error_code(7, other) != seven);
}
