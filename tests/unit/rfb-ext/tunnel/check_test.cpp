#include "rfb-ext/tunnel/check.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using Trouble = TestHub::Trouble;
using Kind = CheckStep::Kind;

namespace {

struct Checked {
    CheckReport report;
    std::vector<CheckStep> heard;
    const CheckStep* step(Kind kind) const {
        const auto found =
            std::find_if(heard.begin(), heard.end(), [&](const CheckStep& each) { return each.kind == kind; });
        return found == heard.end() ? nullptr : &*found;
    }
};

CheckOrder order_for(const TestHub& hub) {
    CheckOrder order{hub.address()};
    order.trust.pins = {hub.pin()};
    order.network.proxy.mode = ProxySettings::Mode::none;
    return order;
}

Checked run(const CheckOrder& order) {
    Checked checked;
    checked.report = check(order, [&](const CheckStep& step) { checked.heard.push_back(step); });
    return checked;
}

Checked run(Trouble trouble) {
    const TestHub hub(trouble);
    auto order = order_for(hub);
    order.times.step = Millis(2'000);
    return run(order);
}

}  // namespace

TEST_CASE("a test of a good connection tells each step, the hub, the round trip and how fast bytes come and go") {
    const auto checked = run(Trouble::none);
    CHECK(checked.report.ok());
    CHECK(checked.report.software == "pronto-repeater test");
    CHECK(checked.report.node == 3);
    CHECK(checked.report.round_trip_ms.value() > 0);
    CHECK(checked.report.download_bytes_per_s.value() > 0);
    CHECK(checked.report.upload_bytes_per_s.value() > 0);
    CHECK(checked.heard.size() == checked.report.steps.size());
    for (const auto kind : {Kind::hub, Kind::round_trip, Kind::download, Kind::upload}) {
        REQUIRE(checked.step(kind));
        CHECK(checked.step(kind)->done);
        CHECK_FALSE(checked.step(kind)->detail.empty());
    }
    CHECK(conclusion(checked.report).find("can be reached") != std::string::npos);
}

TEST_CASE("a hub that cannot be reached is a failed step with its reason and what to do") {
    CheckOrder order{HubAddress{"127.0.0.1", 1}};
    order.network.proxy.mode = ProxySettings::Mode::none;
    const auto checked = run(order);
    REQUIRE_FALSE(checked.report.ok());
    CHECK(checked.report.failure->kind == LinkFailure::Kind::unreachable);
    REQUIRE_FALSE(checked.heard.empty());
    CHECK_FALSE(checked.heard.back().done);
    CHECK_FALSE(checked.heard.back().detail.empty());
    CHECK_FALSE(checked.heard.back().remedy.empty());
    CHECK(std::count_if(checked.heard.begin(), checked.heard.end(),
                        [](const CheckStep& step) { return step.kind == Kind::name; }) == 1);
    CHECK(checked.report.software.empty());
    CHECK(conclusion(checked.report) == "The hub 127.0.0.1:1 cannot be reached.");
}

TEST_CASE("a hub with another key fails at TLS and trust, and is asked nothing") {
    const TestHub hub;
    auto order = order_for(hub);
    order.trust.pins = {sha256(as_bytes("another"))};
    const auto checked = run(order);
    CHECK(checked.report.failure->kind == LinkFailure::Kind::untrusted);
    REQUIRE(checked.step(Kind::tls));
    CHECK_FALSE(checked.step(Kind::tls)->done);
    CHECK_FALSE(checked.step(Kind::hub));
    CHECK(hub.rest_connections() == 0);
}

TEST_CASE("what is no hub, or another version's, is told as that") {
    for (const auto trouble : {Trouble::check_is_unknown, Trouble::check_is_html, Trouble::check_is_another_version}) {
        const auto checked = run(trouble);
        CAPTURE(static_cast<int>(trouble));
        REQUIRE_FALSE(checked.report.ok());
        CHECK_FALSE(checked.heard.back().done);
        CHECK(checked.heard.back().kind == Kind::hub);
        CHECK_FALSE(checked.step(Kind::round_trip));
    }
}

TEST_CASE("a hub that falls silent or goes away in the middle ends the test in words") {
    for (const auto trouble : {Trouble::silent_connection, Trouble::closes_at_once, Trouble::plain_http,
                               Trouble::rest_says_nothing, Trouble::rest_forgets, Trouble::rest_is_endless}) {
        const TestHub hub(trouble);
        auto order = order_for(hub);
        order.times.step = Millis(300);
        const auto checked = run(order);
        CAPTURE(static_cast<int>(trouble));
        REQUIRE_FALSE(checked.report.ok());
        CHECK_FALSE(checked.heard.back().done);
        CHECK_FALSE(checked.heard.back().detail.empty());
    }
}

TEST_CASE("a hub that refuses to be measured is there all the same") {
    const auto checked = run(Trouble::check_refuses_loads);
    CHECK_FALSE(checked.report.ok());
    CHECK(checked.report.round_trip_ms);
    CHECK_FALSE(checked.report.download_bytes_per_s);
    CHECK(checked.heard.back().kind == Kind::download);
    CHECK(conclusion(checked.report).find("not everything works") != std::string::npos);
}

TEST_CASE("a test that is broken off says nothing any more") {
    const TestHub hub(Trouble::rest_says_nothing);
    std::atomic<int> done{0};
    {
        Check::Events events;
        events.step = [](const CheckStep&) {};
        events.done = [&](const CheckReport&) { ++done; };
        const Check running(order_for(hub), std::move(events));
    }
    CHECK(done == 0);
}

TEST_CASE("a report for programs has every step and the figures") {
    CheckReport report;
    report.hub = {"hub.example", 8443};
    report.steps = {{Kind::name, "hub.example", Millis(12), true, "192.0.2.7", {}},
                    {Kind::port, "hub.example:8443", Millis(0), false, "nobody \"there\"", "Check it."}};
    LinkFailure failure;
    failure.error = {control::Code::offline, "nobody \"there\"", "Check it."};
    report.failure = failure;
    const auto object = boost::json::parse(to_json(report)).as_object();
    CHECK(object.at("ok") == false);
    CHECK(object.at("hub") == "hub.example:8443");
    CHECK(object.at("round_trip_ms").is_null());
    CHECK(object.at("error").at("code") == "offline");
    const auto& steps = object.at("steps").as_array();
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].at("step") == "name");
    CHECK(steps[0].at("took_ms") == 12);
    CHECK(steps[1].at("detail") == "nobody \"there\"");
    CHECK(steps[1].at("remedy") == "Check it.");
}

TEST_CASE("a step in words stands in a line of its own, with what to do below") {
    CHECK(in_words(CheckStep{Kind::name, "hub.example", Millis(12), true, "192.0.2.7", {}}) ==
          "ok      Name            hub.example: 192.0.2.7 (12 ms)");
    CHECK(in_words(CheckStep{Kind::port, "hub.example:443", Millis(0), false, "refused", "Check the port."}) ==
          "FAILED  Port            hub.example:443: refused\n                        Check the port.");
    CHECK(in_words(CheckStep{Kind::port, "hub.example:443", Millis(0), false, "hub.example:443 does not answer", {}}) ==
          "FAILED  Port            hub.example:443 does not answer");
    CHECK(in_words(CheckStep{Kind::round_trip, {}, Millis(0), true, "4.2 ms", {}}) == "ok      Round trip      4.2 ms");
}
