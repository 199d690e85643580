#include "repeater/net/admission.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace pronto::net;

TEST_CASE("an address holds so many places and gets them back") {
    Admission admission(2, 100);
    auto one = admission.enter("192.0.2.1");
    auto two = admission.enter("192.0.2.1");
    CHECK(one);
    CHECK(two);
    CHECK_FALSE(admission.enter("192.0.2.1"));
    CHECK(admission.enter("192.0.2.2"));
    one.release();
    one.release();
    CHECK(admission.enter("192.0.2.1"));
    auto moved = std::move(two);
    auto again = admission.enter("192.0.2.1");
    CHECK(again);
    CHECK_FALSE(admission.enter("192.0.2.1"));
}

TEST_CASE("an IPv6 /64 is one address") {
    Admission admission(2, 100);
    const auto one = admission.enter("2001:db8:0:1::1");
    const auto two = admission.enter("2001:db8:0:1:ffff::2");
    CHECK_FALSE(admission.enter("2001:db8:0:1:abcd::3"));
    CHECK(admission.enter("2001:db8:0:2::1"));
}

TEST_CASE("all addresses together have a limit, too") {
    Admission admission(2, 3);
    std::vector<Admission::Place> places;
    for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) places.push_back(admission.enter(address));
    CHECK_FALSE(admission.enter("192.0.2.4"));
    places.pop_back();
    CHECK(admission.enter("192.0.2.4"));
}

TEST_CASE("a trusted proxy's connections have no limit of their own until it says for whom they came") {
    Admission admission(2, 5);
    std::vector<Admission::Place> places;
    for (int i = 0; i < 5; ++i) {
        places.push_back(admission.enter_for_somebody());
        CHECK(places.back());
    }
    CHECK_FALSE(admission.enter_for_somebody());
    for (auto& place : places) place.release();
    places[0] = admission.enter("192.0.2.1");
    places[1] = admission.enter("192.0.2.1");
    CHECK((places[0] && places[1]));
    CHECK_FALSE(admission.enter("192.0.2.1"));
}

TEST_CASE("a place may outlive the admission that gave it") {
    Admission::Place place;
    {
        Admission admission(1, 1);
        place = admission.enter("192.0.2.1");
        REQUIRE(place);
    }
    place.release();
    CHECK_FALSE(place);
}
