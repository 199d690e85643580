#include "rfb-ext/ui/layout.hpp"

#include <catch2/catch.hpp>

#include <FL/Fl_Box.H>

#include "rfb-ext/ui/draw.hpp"

using namespace pronto;
using namespace pronto::ui;

namespace {

struct Block : Fl_Box {
    Block() : Fl_Box(0, 0, 0, 0) {}
};

}  // namespace

TEST_CASE("a row gives fixed children their width and shares out the rest") {
    Row row(10, 5);
    auto& a = row.fixed<Block>(40);
    auto& b = row.grow<Block>(1);
    auto& c = row.grow<Block>(2);
    row.resize(100, 50, 200, 30);
    CHECK(area_of(a) == Rect{105, 55, 40, 20});
    CHECK(area_of(b) == Rect{155, 55, 43, 20});
    CHECK(area_of(c) == Rect{208, 55, 87, 20});  // the last one ends where the padding begins
}

TEST_CASE("a hidden child takes no room and no gap") {
    Column column(10);
    auto& a = column.fixed<Block>(20);
    auto& b = column.grow<Block>(1);
    column.resize(0, 0, 50, 100);
    CHECK(area_of(b) == Rect{0, 30, 50, 70});
    column.set_shown(a, false);
    CHECK(area_of(b) == Rect{0, 0, 50, 100});
    column.set_shown(a, true);
    CHECK(area_of(b) == Rect{0, 30, 50, 70});
    CHECK(column.needed() == 30);
}

TEST_CASE("springs push what follows to the end") {
    Row row(0);
    row.spring();
    auto& a = row.fixed<Block>(30);
    row.resize(0, 0, 100, 10);
    CHECK(area_of(a) == Rect{70, 0, 30, 10});
}

TEST_CASE("too little room makes growing children vanish, not negative") {
    Row row(4);
    row.fixed<Block>(50);
    auto& b = row.grow<Block>(1);
    row.resize(0, 0, 20, 10);
    CHECK(b.w() == 0);
}

TEST_CASE("new children do not end up in whatever group FLTK thinks is open") {
    Row row(0);
    row.fixed<Block>(10);
    CHECK(Fl_Group::current() == nullptr);
    CHECK(row.children() == 1);
}
