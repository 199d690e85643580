#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::Console;
using State = Connection::State;

namespace {

tunnel::LinkFailure failed(tunnel::LinkFailure::Kind kind, const std::string& message) {
    tunnel::LinkFailure failure;
    failure.kind = kind;
    failure.error = {control::Code::wrong_password, message, "Try this."};
    return failure;
}

tunnel::LinkFailure untrusted(Byte key, bool pinned) {
    auto failure = failed(tunnel::LinkFailure::Kind::untrusted, "Nobody vouches for it.");
    failure.presented = tunnel::Pin{};
    failure.presented->fill(key);
    failure.pinned = pinned;
    return failure;
}

}  // namespace

TEST_CASE("logging in goes through connecting and says what the hub allows") {
    Console console;
    CHECK(console.model.status_text() == "Not logged in");
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.model.connection().state == State::connecting);
    REQUIRE(console.link.targets.size() == 1);
    CHECK(console.link.targets[0].login.user == "anna");
    CHECK(console.link.targets[0].login.password == "secret");
    CHECK(console.link.hellos[0].role == control::Role::operator_);
    CHECK(console.link.hellos[0].software == "pronto-viewer test");

    control::Welcome welcome;
    welcome.name = "anna";
    welcome.policy.retention_days = 12;
    welcome.policy.clipboard = false;
    console.link.events->link_opened(welcome);
    CHECK(console.model.logged_in());
    CHECK(console.model.status_text() == "Logged in as anna at hub.example:443");
    CHECK(console.model.policy().retention_days == 12);
    CHECK(console.scribe.logged_text("Logged in as anna"));
    CHECK(console.scribe.logged_text("12 days"));
    CHECK(console.scribe.logged_text("Clipboard: not allowed"));
    CHECK(console.store.kept.user == "anna");
    CHECK(console.store.kept.hub == "hub.example:443");
}

TEST_CASE("a refused log-in is told with message and remedy, and another try is possible") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "wrong");
    console.link.events->link_failed(failed(tunnel::LinkFailure::Kind::refused, "User name or password is wrong."));
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK(console.model.connection().error->message == "User name or password is wrong.");
    CHECK(console.scribe.logged_text("User name or password is wrong. Try this.", LogLine::Severity::error));
    console.log_in();
    CHECK(console.model.logged_in());
    CHECK_FALSE(console.model.connection().error);
}

TEST_CASE("a log-in without a name or a password dials nobody") {
    Console console;
    console.model.log_in(console.hub, {}, "", "secret");
    console.model.log_in(console.hub, {}, "anna", "");
    CHECK(console.link.targets.empty());
    CHECK(console.model.connection().error);
}

TEST_CASE("logging in twice is refused") {
    Console console;
    console.log_in();
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.link.targets.size() == 1);
    CHECK(console.model.logged_in());
    CHECK(console.scribe.logged_text("logged in already", LogLine::Severity::error));
}

TEST_CASE("an unknown hub asks, and trusting it remembers its key and goes on") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    const auto failure = untrusted(0xAB, false);
    console.link.events->link_failed(failure);
    CHECK(console.model.connection().state == State::untrusted);
    CHECK(console.model.connection().presented == failure.presented);
    CHECK_FALSE(console.model.connection().pin_mismatch);
    CHECK(console.scribe.logged_text("a key that is not known here yet", LogLine::Severity::warning));
    for (const auto& line : console.scribe.log) CHECK(line.severity != LogLine::Severity::error);  // nothing is wrong

    console.model.trust_and_remember();
    CHECK(console.model.connection().state == State::connecting);
    REQUIRE(console.link.targets.size() == 2);
    CHECK(console.link.targets[1].trust.pins == std::vector{*failure.presented});
    CHECK(console.link.targets[1].login.password == "secret");
    CHECK(console.store.kept.pins_of(console.hub) == std::vector{*failure.presented});

    console.link.events->link_failed(failed(tunnel::LinkFailure::Kind::refused, "no"));
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.link.targets[2].trust.pins == std::vector{*failure.presented});
}

TEST_CASE("a hub with another key than the pinned one is never trusted with one click") {
    Console console;
    tunnel::Trust trust;
    trust.pins.emplace_back();
    console.model.log_in(console.hub, trust, "anna", "secret");
    CHECK(console.link.targets[0].trust.pins == trust.pins);
    console.link.events->link_failed(untrusted(0xCD, true));
    CHECK(console.model.connection().state == State::untrusted);
    CHECK(console.model.connection().pin_mismatch);
    CHECK(console.scribe.logged_text("The hub is not trusted", LogLine::Severity::error));
    console.model.trust_and_remember();
    CHECK(console.link.targets.size() == 1);
    CHECK(console.store.kept.pins.empty());
    CHECK(console.model.connection().state == State::untrusted);
}

TEST_CASE("the key of somebody who opens connections on the way is explained, and never offered to be trusted") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::untrusted;
    failure.presented = sha256(as_bytes("inspector"));
    failure.intercepted = true;
    failure.error = {control::Code::forbidden, "A proxy opens encrypted connections.", "Ask the administrator."};
    console.link.events->link_failed(failure);
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK(console.model.connection().error->message == "A proxy opens encrypted connections.");
    console.model.trust_and_remember();
    CHECK(console.link.targets.size() == 1);
    CHECK(console.store.kept.pins.empty());
}

TEST_CASE("there is nothing to trust when nobody asked") {
    Console console;
    console.model.trust_and_remember();
    console.log_in();
    console.model.trust_and_remember();
    CHECK(console.link.targets.size() == 1);
    CHECK(console.model.logged_in());
}

TEST_CASE("logging out ends sessions and forgets everybody") {
    Console console;
    console.log_in();
    console.arrive(7, "PC-210EB");
    const auto number = console.stream(7, "1-a");
    console.model.log_out();
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    CHECK(console.link.events == nullptr);
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK(console.model.presence().empty());
    CHECK_FALSE(console.model.find_session(number)->live());
    CHECK(console.screens.closed == std::vector<SessionNumber>{number});
    CHECK(console.scribe.logged_text("Logged out"));
}

TEST_CASE("logging out while connecting stops dialling") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    console.model.log_out();
    CHECK(console.link.events == nullptr);
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK_FALSE(console.scribe.logged_text("Logged out"));
}

TEST_CASE("a lost connection is told, empties the list and ends sessions") {
    Console console;
    console.log_in();
    console.arrive(7, "PC-210EB");
    const auto number = console.stream(7, "1-a");
    console.lose();
    CHECK(console.model.connection().state == State::lost);
    CHECK(console.model.connection().error->message == "The connection broke.");
    CHECK(console.model.presence().empty());
    const auto& session = *console.model.find_session(number);
    CHECK_FALSE(session.live());
    CHECK(session.reason == control::EndReason::drop);
    CHECK(session.error->remedy == "Log in again.");
    CHECK(console.screens.closed == std::vector<SessionNumber>{number});
    console.log_in();
    CHECK(console.model.logged_in());
}

TEST_CASE("a lost connection answers what was still asked") {
    Console console;
    console.log_in();
    REQUIRE(console.model.new_ticket());
    control::ReportSave report;
    report.assistance = "case";
    REQUIRE(console.model.save_report(report));
    console.lose();
    CHECK(console.model.find_report("case")->state == Report::State::failed);
    const auto& heard = console.scribe.heard;
    CHECK(std::count(heard.begin(), heard.end(), "no ticket: The connection broke.") == 1);
}

TEST_CASE("what the hub said before it closed explains the loss") {
    Console console;
    console.log_in();
    SECTION("going down") {
        console.from_hub(control::HubStopping{});
        console.lose();
        CHECK(console.model.connection().error->code == control::Code::stopping);
    }
    SECTION("a refusal that answers nothing") {
        console.from_hub(control::Refused{{control::Code::forbidden, "Your account was disabled.", "Ask."}});
        console.lose();
        CHECK(console.model.connection().error->message == "Your account was disabled.");
    }
}

TEST_CASE("nothing the hub says before welcome is believed") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    console.arrive(7, "PC-210EB");
    CHECK(console.model.presence().empty());
}

TEST_CASE("commands without a log-in do nothing and say so") {
    Console console;
    CHECK_FALSE(console.model.new_ticket());
    CHECK_FALSE(console.model.request_session(7, control::Mode::control));
    CHECK_FALSE(console.model.save_report({}));
    CHECK_FALSE(console.model.send_clipboard(1, "text"));
    console.model.end_session(1);
    console.model.log_out();
    CHECK(console.link.sent.empty());
    CHECK(console.scribe.logged_text("You are not logged in. Log in first.", LogLine::Severity::error));
}

TEST_CASE("settings that cannot be read or kept are an error line, not an end") {
    test::FakeStore store;
    store.broken = true;
    test::FakeLink link;
    test::FakeScreens screens;
    ManualClock clock;
    ConsoleModel model(link, screens, store, clock, {});
    REQUIRE(model.log().size() == 1);
    CHECK(model.log()[0].text == "the settings are broken");
    auto settings = model.settings();
    settings.user = "bob";
    model.change_settings(settings);
    CHECK(model.settings().user == "bob");
    CHECK(model.log().back().text == "Settings are not kept: the disk is full");
}

TEST_CASE("the log keeps a bounded number of lines") {
    Console console;
    for (int i = 0; i < 2'500; ++i) console.model.new_ticket();
    CHECK(console.model.log().size() == 2'000);
}

TEST_CASE("a listener may leave and give commands while it hears") {
    struct Leaver final : ConsoleListener {
        ConsoleModel* model = nullptr;
        int heard = 0;
        void connection_changed() override {
            ++heard;
            model->remove_listener(*this);
            model->log_out();
        }
    };
    Console console;
    Leaver leaver;
    leaver.model = &console.model;
    console.model.add_listener(leaver);
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(leaver.heard == 1);
    CHECK(console.link.targets.empty());
    CHECK(console.model.connection().state == State::not_logged_in);
}
