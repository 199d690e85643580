#include "rfb-ext/ui/theme.hpp"

#include <catch2/catch.hpp>

using namespace pronto::ui;

TEST_CASE("the scale is what PRONTO_SCALE says, else the screen's dots per inch over 96") {
    CHECK(scale_from("", "") == 1.0);
    CHECK(scale_from("", "96") == 1.0);
    CHECK(scale_from("", "192") == 2.0);
    CHECK(scale_from("", "120") == 1.25);
    CHECK(scale_from("1.5", "192") == 1.5);
}

TEST_CASE("a scale that makes no sense is no scale") {
    for (const char* wanted : {"big", "0", "-2", "nan", "inf", "2x", " 2"}) {
        CAPTURE(wanted);
        CHECK(scale_from(wanted, "144") == 1.5);
        CHECK(scale_from("", wanted) == 1.0);
    }
    CHECK(scale_from("100", "") == 4.0);
    CHECK(scale_from("0.01", "") == 0.75);
}

TEST_CASE("scales come in steps of an eighth") {
    CHECK(scale_from("", "97") == 1.0);
    CHECK(scale_from("1.3", "") == 1.25);
}

TEST_CASE("lengths are rounded to pixels and never vanish") {
    set_scale(1.5);
    CHECK(px(13) == 20);
    CHECK(px(26) == 39);
    CHECK(px(0) == 0);
    set_scale(0.75);
    CHECK(px(0.1) == 1);
    set_scale(1);
    CHECK(px(26) == 26);
}
