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

TEST_CASE("a large hub's list goes out bit by bit, no faster than the operator takes it, and loses nobody") {
    FakeOutside outside;
    WaitingRoom room(outside);
    for (PeerId id = 1; id <= 5'000; ++id) room.arrive(guest(id, "PC-" + std::to_string(id)));
    const PeerId anna = 9'000;
    room.arrive(console(anna, 7));
    SteadyTime now{};
    room.show_everybody(anna, now);
    const auto& heard = outside.sent[anna];
    REQUIRE(heard.size() == 1);
    std::set<PeerId> known;
    for (const auto& entry : std::get<control::PresenceList>(heard[0].message).entries) known.insert(entry.peer);
    CHECK(known.size() > 100);
    CHECK(known.size() < 5'000);

    outside.backlogs[anna] = 1 << 20;  // she does not read
    for (int i = 0; i < 10; ++i) room.tick(now += Millis{20});
    CHECK(heard.size() == 1);
    outside.backlogs.clear();

    room.leave(4'000);                    // somebody she has not been told of yet
    room.arrive(guest(10'000, "LATER"));  // is told at once, and only then
    std::size_t before = heard.size();
    while (const auto next = room.next_deadline()) {
        room.tick(now = *next);
        CHECK(heard.size() - before <= 200);
        before = heard.size();
    }
    std::size_t later = 0;
    for (const auto& envelope : heard)
        if (const auto* one = std::get_if<control::PresenceChanged>(&envelope.message)) {
            known.insert(one->entry.peer);
            later += one->entry.peer == 10'000;
        }
    CHECK(later == 1);
    CHECK_FALSE(known.contains(4'000));
    CHECK(known.size() == 5'001);  // 4,999 of the first ones, herself, the later one
}

TEST_CASE("an operator who leaves while he is being told is forgotten") {
    FakeOutside outside;
    WaitingRoom room(outside);
    for (PeerId id = 1; id <= 2'000; ++id) room.arrive(guest(id, "PC-" + std::to_string(id)));
    room.arrive(console(9'000, 7));
    room.show_everybody(9'000, SteadyTime{});
    REQUIRE(room.next_deadline());
    room.leave(9'000);
    CHECK_FALSE(room.next_deadline());
    room.tick(SteadyTime{} + Millis{1'000});
}
