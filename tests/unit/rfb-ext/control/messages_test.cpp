#include "rfb-ext/control/messages.hpp"

#include <catch2/catch.hpp>

using namespace pronto::control;

TEST_CASE("every value's name leads back to it") {
    for (const auto v : {Role::operator_, Role::guest, Role::host}) CHECK(role_from(name(v)) == v);
    for (const auto v : {Mode::control, Mode::view}) CHECK(mode_from(name(v)) == v);
    for (const auto v : {SessionState::requested, SessionState::asked, SessionState::granted, SessionState::streaming,
                         SessionState::paused, SessionState::ended})
        CHECK(session_state_from(name(v)) == v);
    for (const auto v : {EndReason::operator_, EndReason::guest, EndReason::drop, EndReason::refused,
                         EndReason::timed_out, EndReason::hub_stopped, EndReason::interrupted})
        CHECK(end_reason_from(name(v)) == v);
    for (const auto v : {Outcome::solved, Outcome::not_solved, Outcome::follow_up}) CHECK(outcome_from(name(v)) == v);
}

TEST_CASE("names are as the protocol writes them") {
    CHECK(name(Role::operator_) == "operator");
    CHECK(name(EndReason::operator_) == "operator");
    CHECK(name(EndReason::hub_stopped) == "hub_stopped");
    CHECK(name(EndReason::timed_out) == "timed_out");
    CHECK(name(Outcome::not_solved) == "not_solved");
    CHECK(name(Outcome::follow_up) == "follow_up");
}

TEST_CASE("unknown names are nobody's") {
    for (const char* wrong : {"", "Operator", "operator_", "guest ", "admin"}) {
        CHECK_FALSE(role_from(wrong));
        CHECK_FALSE(mode_from(wrong));
        CHECK_FALSE(session_state_from(wrong));
        CHECK_FALSE(outcome_from(wrong));
    }
    CHECK_FALSE(end_reason_from("operator_"));
}
