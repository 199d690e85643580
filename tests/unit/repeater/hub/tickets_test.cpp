#include "repeater/hub/tickets.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/fakes.hpp"

using namespace pronto;
using namespace pronto::hub;
using control::Code;

namespace {

constexpr Millis hour = std::chrono::minutes(60);
const Account anna{1, "anna", false};
const Account bert{2, "bert", false};

struct Desk {
    ManualClock clock;
    FakeRecords records;
    Tickets tickets{3, hour, 50, clock, records};

    std::string create(const Account& by = anna) { return std::get<TicketRecord>(tickets.create(by)).ticket; }
    std::optional<Code> use(const std::string& typed) {
        const auto used = tickets.use(typed);
        const auto* error = std::get_if<control::Error>(&used);
        if (error) CHECK_FALSE(error->remedy.empty());
        return error ? std::optional(error->code) : std::nullopt;
    }
};

}  // namespace

TEST_CASE("a ticket belongs to its operator, expires and is saved") {
    Desk desk;
    const auto row = std::get<TicketRecord>(desk.tickets.create(anna));
    CHECK(row.ticket.size() == 7);
    CHECK(row.ticket.substr(0, 2) == "3-");
    CHECK(row.operator_id == 1);
    CHECK(row.operator_name == "anna");
    CHECK(row.created == desk.clock.unix_now());
    CHECK(row.expires == desk.clock.unix_now() + hour.count());
    CHECK_FALSE(row.used);
    CHECK(desk.records.tickets == std::vector{row});
}

TEST_CASE("a ticket is used once, however it is typed, even before its row is written") {
    Desk desk;
    auto typed = desk.create();
    for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    CHECK_FALSE(desk.use(typed));
    REQUIRE(desk.records.tickets.size() == 2);
    CHECK(desk.records.tickets.back().used == desk.clock.unix_now());
    CHECK(desk.use(typed) == Code::ticket_used);
}

TEST_CASE("a ticket works to its last millisecond") {
    Desk desk;
    const auto in_time = desk.create();
    const auto too_late = desk.create();
    desk.clock.advance(hour - Millis{1});
    CHECK_FALSE(desk.use(in_time));
    desk.clock.advance(Millis{1});
    CHECK(desk.use(too_late) == Code::ticket_expired);
}

TEST_CASE("what was never issued is unknown") {
    Desk desk;
    const auto ticket = desk.create();
    CHECK(desk.use(ticket == "3-00000" ? "3-00001" : "3-00000") == Code::ticket_unknown);
    CHECK(desk.use("") == Code::ticket_unknown);
    CHECK(desk.use("help me") == Code::ticket_unknown);
    CHECK(desk.use("1" + ticket.substr(1)) == Code::ticket_unknown);
}

TEST_CASE("a ticket made behind the hub's back works once too") {
    Desk desk;
    TicketRecord row{"3-0", "3-ABCDE", 2, "bert", desk.clock.unix_now(), desk.clock.unix_now() + 1'000, {}};
    desk.records.save(row);
    desk.records.flush();
    const auto used = desk.tickets.use("3-abcde");
    CHECK(std::get<TicketRecord>(used).operator_name == "bert");
    CHECK(desk.use("3-abcde") == Code::ticket_used);
}

TEST_CASE("a ticket is refused rightly long after the hub has forgotten it") {
    Desk desk;
    const auto used = desk.create();
    const auto unused = desk.create();
    CHECK_FALSE(desk.use(used));
    desk.records.flush();
    CHECK(desk.tickets.next_deadline() == desk.clock.now() + hour + std::chrono::minutes(1));
    desk.clock.advance(hour + std::chrono::minutes(1));
    desk.tickets.tick();
    CHECK(desk.tickets.known() == 0);
    CHECK_FALSE(desk.tickets.next_deadline());
    CHECK(desk.use(used) == Code::ticket_used);
    CHECK(desk.use(unused) == Code::ticket_expired);
}

TEST_CASE("an operator's tickets are bounded, another's are not touched, time frees them") {
    Desk desk;
    std::set<std::string> made;
    for (int i = 0; i < 50; ++i) made.insert(desk.create());
    CHECK(made.size() == 50);
    const auto more = desk.tickets.create(anna);
    CHECK(std::get<control::Error>(more).code == Code::too_many_attempts);
    CHECK(desk.records.tickets.size() == 50);
    desk.create(bert);
    desk.clock.advance(hour + std::chrono::minutes(1));
    desk.tickets.tick();
    desk.create();
    CHECK(desk.tickets.known() == 1);
}
