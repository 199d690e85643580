#include "rfb-ext/control/ticket.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace pronto::control;

TEST_CASE("a ticket is read however people type it") {
    for (const char* typed :
         {"1-E75B1", "1-e75b1", "1e75b1", "1 E75B1", " 1 - e75b1 \n", "1_E75B1", "1.e7.5b1", "\t1E75B1\r\n"}) {
        INFO(typed);
        CHECK(parse_ticket(typed) == Ticket{1, "E75B1"});
    }
    CHECK(parse_ticket("12-00000") == Ticket{12, "00000"});
    CHECK(parse_ticket("1234567") == Ticket{12, "34567"});
}

TEST_CASE("what cannot be a ticket is none") {
    for (const char* typed : {"", " ", "-", "E75B1", "0-E75B1", "1-E75G1", "A-E75B1", "1-E75", "1-E75B1!", "１-E75B1",
                              "99999999999-E75B1", "+1-E75B1", "1,E75B1"}) {
        INFO(typed);
        CHECK_FALSE(parse_ticket(typed));
    }
    CHECK_FALSE(parse_ticket("1-E75B1" + std::string(100, ' ')));
}

TEST_CASE("a ticket in digits only is the same ticket, and never a small number") {
    CHECK(to_number({1, "E75B1"}) == 1'996'209);
    CHECK(parse_ticket_number("1996209") == Ticket{1, "E75B1"});
    for (const Ticket& ticket : {Ticket{1, "00000"}, Ticket{1, "FFFFF"}, Ticket{9'999, "0ABCD"}}) {
        CHECK(to_number(ticket) > 1'000'000);
        CHECK(parse_ticket_number(std::to_string(to_number(ticket))) == ticket);
    }
    for (const char* typed : {"", "0", "1234", "1048575", "1-E75B1", "1996209 ", "-1996209", "99999999999999999999", "9999999999999999999"}) {
        INFO(typed);
        CHECK_FALSE(parse_ticket_number(typed));
    }
}

TEST_CASE("a fresh ticket has its node's number, reads back and differs from the one before") {
    std::set<std::string> digits;
    for (int i = 0; i < 50; ++i) {
        const auto ticket = random_ticket(7);
        CHECK(ticket.node == 7);
        CHECK(parse_ticket(to_text(ticket)) == ticket);
        digits.insert(ticket.digits);
    }
    CHECK(digits.size() > 45);
}
