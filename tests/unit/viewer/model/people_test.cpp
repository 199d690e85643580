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

std::vector<std::string> names(const ConsoleModel& model) {
    std::vector<std::string> found;
    for (const auto& entry : model.presence()) found.push_back(entry.name);
    return found;
}

}  // namespace

TEST_CASE("who is online is sorted: operators, hosts, guests, each by name") {
    Console console;
    console.log_in();
    console.from_hub(control::PresenceList{{
        someone(5, control::Role::guest, "B-00002"),
        someone(4, control::Role::guest, "A-00001"),
        someone(3, control::Role::host, "server"),
        someone(1, control::Role::operator_, "anna"),
        someone(2, control::Role::operator_, "aldo"),
    }});
    CHECK(names(console.model) == std::vector<std::string>{"aldo", "anna", "server", "A-00001", "B-00002"});
    CHECK_FALSE(console.scribe.logged_text("is online"));
    console.from_hub(control::PresenceList{{someone(1, control::Role::operator_, "anna")}});
    CHECK(names(console.model) == std::vector<std::string>{"anna"});
}

TEST_CASE("arrivals and departures are told once each") {
    Console console;
    console.log_in();
    console.scribe.heard.clear();
    auto entry = someone(7, control::Role::guest, "PC-210EB");
    entry.user = "bob";
    console.from_hub(control::PresenceChanged{entry, true});
    CHECK(console.scribe.heard == std::vector<std::string>{"presence", "arrived PC-210EB"});
    CHECK(console.scribe.logged_text("PC-210EB (user bob) is online"));

    console.scribe.heard.clear();
    entry.session = "1-a";
    console.from_hub(control::PresenceChanged{entry, false});
    CHECK(console.scribe.heard == std::vector<std::string>{"presence"});
    CHECK(console.model.find_peer(7)->session == "1-a");
    CHECK(console.model.presence().size() == 1);

    console.scribe.heard.clear();
    console.from_hub(control::PresenceLeft{7, "PC-210EB"});
    CHECK(console.scribe.heard == std::vector<std::string>{"presence", "departed PC-210EB"});
    CHECK(console.model.presence().empty());
    console.scribe.heard.clear();
    console.from_hub(control::PresenceLeft{7, "PC-210EB"});
    CHECK(console.scribe.heard.empty());
}

TEST_CASE("this console's own arrival is no news") {
    Console console;
    console.log_in();
    console.from_hub(control::PresenceChanged{someone(1, control::Role::operator_, "anna"), true});
    CHECK_FALSE(console.scribe.logged_text("is online"));
    CHECK(names(console.model) == std::vector<std::string>{"anna"});
}

TEST_CASE("a guest is found by name in any case and by ticket as typed") {
    Console console;
    console.log_in();
    console.arrive(7, "NETCECK-210EB");
    console.from_hub(control::PresenceChanged{someone(2, control::Role::operator_, "aldo"), true});
    CHECK(console.model.find_guest("netceck-210eb")->peer == 7);
    CHECK(console.model.find_guest("1 210eb")->peer == 7);
    CHECK(console.model.find_guest("1-210EB")->peer == 7);
    CHECK(console.model.find_guest("2-210EB") == nullptr);
    CHECK(console.model.find_guest("aldo") == nullptr);
    CHECK(console.model.find_guest("") == nullptr);
}

TEST_CASE("a new ticket is merged into the operator's own text") {
    Console console;
    console.store.kept.ticket_template = "{operator} at {hub}: {ticket}";
    auto settings = console.model.settings();
    settings.ticket_template = "{operator} at {hub}: {ticket}";
    console.model.change_settings(settings);
    console.log_in();
    REQUIRE(console.model.new_ticket());
    console.from_hub(control::TicketCreated{"1-E75B1", 1'996'209, 1'700'000'000'000}, console.link.last());
    REQUIRE(console.model.tickets().size() == 1);
    CHECK(console.model.tickets()[0].text == "anna at hub.example:443: 1-E75B1");
    CHECK(console.model.merged_text(console.model.tickets()[0], "<{ticket}>") == "<1-E75B1>");
    CHECK(console.scribe.heard.back() == "ticket 1-E75B1");
    CHECK(console.scribe.logged_text("New ticket 1-E75B1"));
}

TEST_CASE("tickets nobody asked for, and a second answer, are ignored") {
    Console console;
    console.log_in();
    console.from_hub(control::TicketCreated{"1-E75B1", 1'996'209, 0});
    console.from_hub(control::TicketCreated{"1-E75B1", 1'996'209, 0}, 99);
    CHECK(console.model.tickets().empty());
    REQUIRE(console.model.new_ticket());
    console.from_hub(control::TicketCreated{"1-E75B1", 1'996'209, 0}, console.link.last());
    console.from_hub(control::TicketCreated{"1-E75B2", 1'996'210, 0}, console.link.last());
    CHECK(console.model.tickets().size() == 1);
}

TEST_CASE("a refused ticket is told with the hub's words") {
    Console console;
    console.log_in();
    REQUIRE(console.model.new_ticket());
    console.from_hub(control::Refused{{control::Code::overloaded, "Too many tickets.", "Wait."}}, console.link.last());
    CHECK(console.scribe.heard.back() == "no ticket: Too many tickets.");
    CHECK(console.scribe.logged_text("No ticket: Too many tickets. Wait.", LogLine::Severity::error));
}
