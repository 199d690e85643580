#include "agent/ui/words.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::agent;

TEST_CASE("a time is read at a glance") {
    CHECK(words::elapsed(1'000, 1'000) == "0:00");
    CHECK(words::elapsed(0, 67'900) == "1:07");
    CHECK(words::elapsed(0, 3'723'000) == "1:02:03");
    CHECK(words::elapsed(5'000, 1'000) == "0:00");
}

TEST_CASE("the words say control or look, recorded or not") {
    AgentState state;
    state.operator_name = "maria";
    state.recorded = true;
    state.retention_days = 1;
    CHECK(words::question(state) == "maria wants to see and control your screen");
    CHECK(words::recording(state).find("1 day.") != std::string::npos);
    state.mode = control::Mode::view;
    state.recorded = false;
    CHECK(words::question(state) == "maria wants to see your screen");
    CHECK(words::permission(state).find("cannot touch") != std::string::npos);
    CHECK(words::recording(state) == "This session is not recorded.");
}

TEST_CASE("who else is there, and who wants to be") {
    AgentState state;
    state.viewers = {{1, "maria", control::Mode::control}};
    CHECK(words::sharing_too(state).empty());
    state.viewers.push_back({2, "bert", control::Mode::view});
    state.viewers.push_back({3, "carla", control::Mode::view});
    CHECK(words::sharing_too(state) == "Looking on: bert, carla.");
    state.viewers.push_back({4, "otto", control::Mode::control});
    CHECK(words::sharing_too(state) == "In control, too: otto. Looking on: bert, carla.");
    CHECK(words::question(JoinQuestion{2, "bert", control::Mode::control, {}}) == "bert wants to see and control this screen, too");
    CHECK(words::question(JoinQuestion{2, "bert", control::Mode::view, {}}) == "bert wants to see this screen, too");
}

TEST_CASE("a fingerprint is grouped to be compared") {
    UntrustedHub hub;
    hub.fingerprint = "sha256:" + std::string(64, 'a');
    const auto text = words::fingerprint(hub);
    CHECK(text.size() == 64 + 15);
    CHECK(text.substr(0, 10) == "aaaa aaaa ");
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
}
