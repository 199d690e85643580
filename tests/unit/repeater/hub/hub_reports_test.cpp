#include <catch2/catch.hpp>

#include "repeater/hub/assistances.hpp"
#include "tests/unit/repeater/hub/stage.hpp"

using namespace pronto;
using namespace pronto::hub;
using namespace pronto::control;

namespace {

ReportSave report_on(const std::string& assistance) {
    return {assistance, "no sound", "unmuted", "audio", control::Outcome::solved};
}

}  // namespace

TEST_CASE("the operator whose ticket it was reports, before, during and after a session") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto assistance = stage.records.assistances.back().id;
    stage.say(anna, report_on(assistance), 1);
    CHECK(stage.last<ReportSaved>(anna)->assistance == assistance);
    CHECK(stage.last_envelope<ReportSaved>(anna)->re == 1);
    stage.session_in(SessionState::streaming, anna, guest);
    stage.leave(guest);
    stage.clock.advance(Millis{5'000});
    auto second = report_on(assistance);
    second.outcome = control::Outcome::follow_up;
    stage.say(anna, second, 2);
    REQUIRE(stage.records.reports.size() == 2);
    CHECK(stage.records.reports.back() == ReportRecord{assistance, 1, "no sound", "unmuted", "audio",
                                                       control::Outcome::follow_up, stage.clock.unix_now()});
    CHECK(stage.records.audited("report.save") == 2);
    for (const auto& audit : stage.records.audits) CHECK(audit.detail.find("no sound") == std::string::npos);
}

TEST_CASE("while the database takes nothing a report is refused, a session is not") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto assistance = stage.records.assistances.back().id;
    stage.records.is_crowded = true;
    stage.say(anna, report_on(assistance), 1);
    CHECK(stage.refused(anna) == Code::overloaded);
    CHECK(stage.records.reports.empty());
    stage.session_in(SessionState::streaming, anna, guest);
    stage.records.is_crowded = false;
    stage.say(anna, report_on(assistance), 2);
    CHECK(stage.records.reports.size() == 1);
}

TEST_CASE("an operator who helped may report, another may not, an admin always") {
    Stage stage;
    const auto bert = stage.join_operator(stage.bert);
    const auto guest = stage.join_guest();
    const auto assistance = stage.records.assistances.back().id;
    stage.say(bert, report_on(assistance), 1);
    CHECK(stage.refused(bert) == Code::forbidden);
    CHECK(stage.last_envelope<Refused>(bert)->re == 1);
    CHECK_FALSE(stage.hub.save_report(stage.root, report_on(assistance)));
    const auto id = stage.session_in(SessionState::asked, bert, guest);
    CHECK(stage.hub.save_report(stage.bert, report_on(assistance))->code == Code::forbidden);
    stage.say(guest, SessionAnswer{id, true});
    CHECK_FALSE(stage.hub.save_report(stage.bert, report_on(assistance)));
    CHECK(stage.records.reports.size() == 2);
}

TEST_CASE("a case of an earlier run is found in the records") {
    Stage stage;
    AssistanceRecord old;
    old.id = "1-0123456789abcdef";
    old.operator_id = stage.bert.id;
    stage.records.save(old);
    stage.records.flush();
    CHECK_FALSE(stage.hub.save_report(stage.bert, report_on(old.id)));
    CHECK(stage.hub.save_report(stage.anna, report_on(old.id))->code == Code::forbidden);
    CHECK(stage.hub.save_report(stage.root, report_on("1-nothing"))->code == Code::not_found);
}

TEST_CASE("the hub remembers a bounded number of cases, the newest") {
    ManualClock clock;
    FakeRecords records;
    Assistances cases(1, clock, records);
    AssistanceRecord row;
    row.operator_id = 1;
    const auto oldest = cases.open(row).id;
    const auto second = cases.open(row).id;
    for (std::size_t i = 1; i < Assistances::most_known; ++i) cases.open(row);
    CHECK(cases.report({1, "anna", false}, report_on(oldest))->code == Code::not_found);
    CHECK_FALSE(cases.report({1, "anna", false}, report_on(second)));
}
