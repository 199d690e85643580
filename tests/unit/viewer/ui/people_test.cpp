#include "viewer/ui/people.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::Console;

namespace {

control::Presence someone(std::uint64_t peer, control::Role role, const std::string& name) {
    control::Presence entry;
    entry.peer = peer;
    entry.role = role;
    entry.name = name;
    return entry;
}

std::vector<std::string> texts(const People& people) {
    std::vector<std::string> found;
    for (const auto& row : people.rows) found.push_back(row.note.empty() ? row.text : row.text + " " + row.note);
    return found;
}

std::string value_of(const std::vector<Fact>& facts, const std::string& name) {
    for (const auto& fact : facts)
        if (fact.name == name) return fact.value;
    return "-";
}

}  // namespace

TEST_CASE("guests, hosts and operators stand under their headings, each kind with its own icon") {
    Console console;
    console.log_in();
    console.from_hub(control::PresenceList{
        {someone(1, control::Role::operator_, "anna"), someone(2, control::Role::operator_, "bruno"),
         someone(3, control::Role::host, "SRV-1"), someone(4, control::Role::guest, "NETCECK-210EB")}});
    const auto people = people_of(console.model);
    CHECK(texts(people) ==
          std::vector<std::string>{"Guests", "NETCECK-210EB", "Hosts", "SRV-1", "Operators", "anna (you)", "bruno"});
    CHECK(people.rows[1].icon != people.rows[3].icon);
    CHECK(people.rows[3].icon != people.rows[5].icon);
    CHECK(people.rows[0].group);
    CHECK_FALSE(people.rows[1].group);
    CHECK(people.peers.at("NETCECK-210EB") == 4);
    CHECK(key_of(people, 3) == "SRV-1");
    CHECK(key_of(people, 99).empty());
}

TEST_CASE("nobody online is an empty tree") {
    Console console;
    CHECK(people_of(console.model).rows.empty());
}

TEST_CASE("two of one name have rows of their own") {
    Console console;
    console.log_in();
    console.from_hub(control::PresenceList{
        {someone(1, control::Role::operator_, "anna"), someone(5, control::Role::operator_, "anna")}});
    const auto people = people_of(console.model);
    REQUIRE(people.peers.size() == 2);
    CHECK(people.peers.at("anna") == 1);
    CHECK(people.peers.at("anna#5") == 5);
}

TEST_CASE("a guest's note follows the session with it") {
    Console console;
    console.log_in();
    console.arrive(4, "PC-210EB");
    CHECK(texts(people_of(console.model))[1] == "PC-210EB");
    const auto number = console.model.request_session(4, control::Mode::control).value();
    CHECK(texts(people_of(console.model))[1] == "PC-210EB (waiting for consent)");
    console.from_hub(Console::status("1-a", control::SessionState::streaming), console.link.last());
    CHECK(texts(people_of(console.model))[1] == "PC-210EB (in session)");
    console.model.end_session(number);
    CHECK(texts(people_of(console.model))[1] == "PC-210EB (ending)");
}

TEST_CASE("a colleague's session is seen, but is not ours") {
    Console console;
    console.log_in();
    auto entry = someone(4, control::Role::guest, "PC-210EB");
    entry.session = "1-b";
    console.from_hub(control::PresenceChanged{entry, true});
    CHECK(texts(people_of(console.model))[1] == "PC-210EB (in a session)");
    CHECK(value_of(facts_about(entry, nullptr), "Session") == "somebody else is helping");
}

TEST_CASE("only what is known is told") {
    auto entry = someone(4, control::Role::guest, "PC-210EB");
    CHECK(facts_about(entry, nullptr).empty());
    entry.user = "maria";
    entry.ticket = "1-210EB";
    entry.ticket_owner = "anna";
    CHECK(value_of(facts_about(entry, nullptr), "User") == "maria");
    CHECK(value_of(facts_about(entry, nullptr), "Ticket") == "1-210EB from anna");
    CHECK(value_of(facts_about(entry, nullptr), "Address") == "-");
}

TEST_CASE("a VNC server has an icon of its own, and its card says what it is and since when it waits") {
    Console console;
    console.log_in();
    auto server = someone(4, control::Role::guest, "XVNC-00001");
    server.kind = control::Kind::vnc;
    server.address = "10.1.2.3";
    server.since = 1'700'000'000'000;
    console.from_hub(control::PresenceList{{server, someone(5, control::Role::guest, "NETCECK-210EB")}});
    const auto people = people_of(console.model);
    CHECK(texts(people) == std::vector<std::string>{"Guests", "NETCECK-210EB", "XVNC-00001 (VNC server)"});
    CHECK(people.rows[1].icon != people.rows[2].icon);
    const auto facts = facts_about(server, nullptr);
    CHECK(value_of(facts, "Kind") == "VNC server");
    CHECK(value_of(facts, "Address") == "10.1.2.3");
    CHECK(value_of(facts, "Waiting since") != "-");
    CHECK(value_of(facts, "Online since") == "-");
    server.wants_password = true;
    CHECK(value_of(facts_about(server, nullptr), "Kind") == "VNC server, with a password");
}
