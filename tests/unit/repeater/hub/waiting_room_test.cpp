#include "repeater/hub/waiting_room.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/fakes.hpp"

using namespace pronto;
using namespace pronto::hub;

namespace {

Peer guest(PeerId id, const std::string& name) {
    Peer peer;
    peer.presence.peer = id;
    peer.presence.name = name;
    return peer;
}

Peer console(PeerId id, std::int64_t account) {
    Peer peer = guest(id, "anna");
    peer.presence.role = control::Role::operator_;
    peer.account.id = account;
    return peer;
}

}  // namespace

TEST_CASE("a guest is named after its computer and its ticket") {
    FakeOutside outside;
    const WaitingRoom room(outside);
    CHECK(room.guest_name("netceck", "210EB") == "NETCECK-210EB");
    CHECK(room.guest_name("netceck.example.org", "210EB") == "NETCECK-210EB");
    CHECK(room.guest_name("My PC <b>\xC3\xA4\n", "210EB") == "MYPCB-210EB");
    CHECK(room.guest_name("", "210EB") == "GUEST-210EB");
    CHECK(room.guest_name(".", "210EB") == "GUEST-210EB");
    CHECK(room.guest_name(std::string(255, 'a'), "210EB") == std::string(32, 'A') + "-210EB");
}

TEST_CASE("no two guests have one name while both are online") {
    FakeOutside outside;
    WaitingRoom room(outside);
    room.arrive(guest(1, room.guest_name("pc", "00000")));
    room.arrive(guest(2, room.guest_name("pc", "00000")));
    CHECK(room.find(2)->presence.name == "PC-00000-2");
    CHECK(room.guest_name("pc", "00000") == "PC-00000-3");
    room.leave(1);
    CHECK(room.guest_name("pc", "00000") == "PC-00000");
}

TEST_CASE("operators hear of everybody else; guests of nobody") {
    FakeOutside outside;
    WaitingRoom room(outside);
    room.arrive(console(1, 7));
    room.arrive(console(2, 7));
    room.arrive(guest(3, "PC-00000"));
    room.show_session(3, "1-0");
    room.show_session(3, "1-0");
    room.leave(3);
    room.leave(3);
    using namespace control;
    const auto& heard = outside.sent[1];
    REQUIRE(heard.size() == 4);
    CHECK(std::get<PresenceChanged>(heard[0].message).entry.peer == 2);
    CHECK(std::get<PresenceChanged>(heard[1].message).arrived);
    CHECK(std::get<PresenceChanged>(heard[2].message).entry.session == "1-0");
    CHECK_FALSE(std::get<PresenceChanged>(heard[2].message).arrived);
    CHECK(std::get<PresenceLeft>(heard[3].message) == PresenceLeft{3, "PC-00000"});
    CHECK(outside.sent[2].size() == 3);
    CHECK_FALSE(outside.sent.contains(3));
}

TEST_CASE("a peer is closed once and told nothing after") {
    FakeOutside outside;
    WaitingRoom room(outside);
    room.arrive(console(1, 7));
    room.close(1);
    room.close(1);
    room.close(5);
    CHECK(outside.closed == std::vector<PeerId>{1});
    room.arrive(guest(2, "PC-00000"));
    CHECK(outside.sent.empty());
}
