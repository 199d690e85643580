#include "agent/model/consents.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::agent;
using control::Mode;
using control::SessionViewer;

TEST_CASE("a leg may what was agreed to, and never more than the hub says") {
    Consents it;
    CHECK_FALSE(it.mode_of(1));
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::view);
    CHECK(it.mode_of(1) == Mode::control);
    it.hear({{1, "maria", Mode::control}, {2, "bert", Mode::control}}, {});
    CHECK(it.mode_of(2) == Mode::view);
    it.hear({{1, "maria", Mode::view}, {2, "bert", Mode::view}}, {});
    CHECK(it.mode_of(1) == Mode::view);
    it.hear({{1, "maria", Mode::control}}, {});
    CHECK(it.mode_of(1) == Mode::view);
}

TEST_CASE("who was let in before has further legs, in no more than what was agreed to; nobody else has") {
    Consents it;
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::view);
    it.hear({{1, "maria", Mode::control},
             {2, "bert", Mode::view},
             {3, "maria", Mode::control},
             {4, "bert", Mode::control},
             {5, "otto", Mode::view}},
            {});
    CHECK(it.mode_of(3) == Mode::control);
    CHECK(it.mode_of(4) == Mode::view);
    CHECK_FALSE(it.mode_of(5));
    CHECK(it.viewers().size() == 4);
}

TEST_CASE("a yes outlives the leg it was given for") {
    Consents it;
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::control);
    it.hear({{1, "maria", Mode::control}, {2, "bert", Mode::control}}, {});
    CHECK(it.hear({{1, "maria", Mode::control}}, {}) == std::vector{2});
    CHECK_FALSE(it.mode_of(2));
    it.hear({{1, "maria", Mode::control}, {3, "bert", Mode::control}}, {});
    CHECK(it.mode_of(3) == Mode::control);
}

TEST_CASE("what the hub does not tell changes nothing") {
    Consents it;
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::view);
    CHECK(it.hear({}, {}).empty());
    // Said before the hub heard of the yes.
    CHECK(it.hear({{1, "maria", Mode::control}}, {{2, "bert", Mode::view}}).empty());
    CHECK(it.mode_of(2) == Mode::view);
    // The session ends with leg 1; until then its screen is the hub's to end.
    CHECK(it.hear({{2, "bert", Mode::view}}, {}).empty());
    CHECK(it.mode_of(1) == Mode::control);
}

TEST_CASE("a yes that came too late lets nobody in") {
    Consents it;
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::view);
    SECTION("before the hub heard of it") {}
    SECTION("after a state that still said that the leg asks") {
        CHECK(it.hear({{1, "maria", Mode::control}}, {{2, "bert", Mode::view}}).empty());
    }
    CHECK(it.hear({{1, "maria", Mode::control}}, {{3, "carla", Mode::view}}) == std::vector{2});
    CHECK_FALSE(it.mode_of(2));
    CHECK(it.viewers() == std::vector<SessionViewer>{{1, "maria", Mode::control}});
    CHECK(it.hear({{1, "maria", Mode::control}}, {}).empty());
}

TEST_CASE("who is in is not let in again by asking once more") {
    Consents it;
    it.agree(1, "maria", Mode::control);
    it.agree(2, "bert", Mode::view);
    it.hear({{1, "maria", Mode::control}, {2, "bert", Mode::view}}, {});
    CHECK(it.hear({{1, "maria", Mode::control}}, {{2, "bert", Mode::view}}) == std::vector{2});
}

TEST_CASE("a stream's leg is read from its name, and from nothing else") {
    CHECK(leg_of("screen.1.1") == 1);
    CHECK(leg_of("screen.12.3") == 12);
    for (const auto* text : {"", "screen", "screen.", "screen..1", "screen.0.1", "screen.-1.1", "screen.1",
                             "screen.x.1", "file.1.1", "screen.99999999999999.1", "screen.1x.1"})
        CHECK_FALSE(leg_of(text));
}
