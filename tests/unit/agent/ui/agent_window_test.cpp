#include "agent/ui/agent_window.hpp"

#include <FL/Fl.H>

#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "rfb-ext/ui/test_hook.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "tests/support/xvfb.hpp"
#include "tests/unit/agent/fake_agent.hpp"

using namespace pronto;
using namespace pronto::agent;
using pronto::agent::test::Agent;

namespace {

/// FLTK knows one display for the whole life of a program.
pronto::test::Xvfb& screen() {
    static pronto::test::Xvfb server("1000x700x24");
    static const bool started = [] {
        setenv("DISPLAY", server.display().c_str(), 1);
        setenv("PRONTO_SCALE", "1", 1);
        server.run({"xsetroot", "-solid", "#3b6ea5"});
        ui::start();
        return true;
    }();
    (void)started;
    return server;
}

/// The window over a model whose hub and screen the test plays, worked by real clicks.
struct Shown {
    pronto::test::Xvfb& server = screen();
    Agent agent;
    Settings settings;
    AgentWindow window{agent.model, settings, agent.clock};

    explicit Shown(const std::string& proxy_user = {}) : settings(with_proxy_user(proxy_user)) {
        agent.changed = [this](const AgentState& state) { window.update(state); };
        window.show();
        settle();
        // Without a window manager keys go to the window under the pointer.
        work({"xdotool", "mousemove", std::to_string(window.x() + 200), std::to_string(window.y() + 15)});
    }
    ~Shown() { agent.changed = nullptr; }

    static Settings with_proxy_user(const std::string& user) {
        Settings made{"hub.example", {}, "", "", ""};
        made.network.proxy.user = user;
        return made;
    }

    static void settle() {
        for (int i = 0; i < 20; ++i) Fl::wait(0.01);
    }
    boost::json::object widget(const std::string& id) {
        const auto all = boost::json::parse(ui::describe_windows(1, {&window})).as_object();
        for (const auto& each : all.at("widgets").as_array())
            if (each.at("id").as_string() == id) return each.as_object();
        return {};
    }
    bool sees(const std::string& id) {
        const auto one = widget(id);
        return !one.empty() && one.at("visible").as_bool();
    }
    std::string value(const std::string& id) { return boost::json::value_to<std::string>(widget(id).at("value")); }
    void click(const std::string& id) {
        const auto one = widget(id);
        REQUIRE(sees(id));
        const auto middle = [&](const char* at, const char* length) {
            return std::to_string(one.at(at).as_int64() + one.at(length).as_int64() / 2);
        };
        work({"xdotool", "mousemove", middle("x", "width"), middle("y", "height"), "click", "1"});
    }
    void work(const std::vector<std::string>& command) {
        REQUIRE(server.run(command).code == 0);
        settle();
    }
    /// For people: with PRONTO_TEST_PICTURES=FOLDER every page is kept as a picture.
    void picture(const std::string& name) {
        Fl::check();
        if (const char* folder = std::getenv("PRONTO_TEST_PICTURES"))
            server.run({"import", "-silent", "-window", "root", std::string(folder) + "/" + name + ".png"});
    }
};

}  // namespace

TEST_CASE("the ticket is typed and sent, and what is wrong with it is said") {
    Shown it;
    it.work({"xdotool", "type", "nonsense"});
    it.click("agent.connect");
    CHECK(it.value("agent.notice").find("1-E75B1") != std::string::npos);
    it.picture("connect-wrong");
    it.work({"xdotool", "key", "ctrl+a"});
    it.click("agent.ticket");
    it.work({"xdotool", "key", "ctrl+a"});
    it.work({"xdotool", "type", "1-e75b1"});
    it.work({"xdotool", "key", "Return"});
    CHECK(it.agent.phase() == Phase::connecting);
    CHECK(it.agent.hello->ticket == "1-E75B1");
    it.picture("connecting");
    it.click("agent.connect");  // "Cancel" now
    CHECK(it.agent.phase() == Phase::idle);
}

TEST_CASE("the question names the operator, the recording and the time, and Return does not accept") {
    Shown it;
    it.agent.connect();
    it.picture("waiting");
    CHECK(it.value("agent.name").find("NETCECK-E75B1") != std::string::npos);
    it.agent.ask();
    it.picture("asked");
    CHECK(it.value("agent.question").find("maria") != std::string::npos);
    CHECK(it.value("agent.recording").find("30 days") != std::string::npos);
    CHECK(std::stoi(it.value("agent.countdown")) > 10);
    SECTION("Return and letters") {
        it.work({"xdotool", "key", "Return"});
        it.work({"xdotool", "type", "ay"});
        CHECK(it.agent.phase() == Phase::asked);
    }
    SECTION("the space bar refuses") {
        it.work({"xdotool", "key", "space"});
        CHECK(it.agent.phase() == Phase::waiting);
    }
    SECTION("Refuse") {
        it.click("agent.refuse");
        CHECK(it.agent.log.all<control::SessionAnswer>().at(0).granted == false);
        it.picture("refused");
    }
    SECTION("Accept") {
        it.click("agent.accept");
        CHECK(it.agent.log.all<control::SessionAnswer>().at(0).granted == true);
        CHECK(it.sees("agent.end"));
    }
    SECTION("no answer") {
        it.agent.clock.advance(Millis(20'000));
        for (int i = 0; i < 100 && it.agent.phase() == Phase::asked; ++i) Fl::wait(0.05);
        CHECK(it.agent.phase() == Phase::waiting);
        CHECK(it.agent.log.all<control::SessionAnswer>().empty());
    }
}

TEST_CASE("while somebody watches a bar says so, and the red button ends it at once") {
    Shown it;
    it.agent.share();
    it.agent.clock.advance(Millis(754'000));
    it.window.update(it.agent.state());
    it.picture("shared");
    CHECK(it.value("agent.sharing") == "Controlled by maria");
    CHECK(it.value("agent.elapsed") == "Recording · 12:34");
    CHECK(it.window.h() < 120);
    it.click("agent.end");
    CHECK(it.agent.phase() == Phase::waiting);
    CHECK(it.agent.screen->shown.empty());
    it.picture("ended");
}

TEST_CASE("one who wants to join is asked about beside the red button, and those who are there are named") {
    Shown it;
    it.agent.share();
    const int alone = it.window.h();
    it.agent.ask_to_join(2, "bert", control::Mode::control);
    Shown::settle();
    it.picture("join-asked");
    CHECK(it.value("agent.join.question") == "bert wants to see and control this screen, too");
    CHECK(std::stoi(it.value("agent.join.countdown")) > 10);
    CHECK(it.sees("agent.end"));
    SECTION("Accept") {
        it.click("agent.join.accept");
        CHECK(it.agent.log.all<control::SessionAnswer>().back() == control::SessionAnswer{"1-s", true, 2});
        CHECK_FALSE(it.sees("agent.join.accept"));
        CHECK(it.value("agent.others") == "In control, too: bert.");
        it.picture("joined");
    }
    SECTION("a hasty key press refuses, and the session goes on") {
        it.work({"xdotool", "mousemove", std::to_string(it.window.x() + 200), std::to_string(it.window.y() + 5)});
        it.work({"xdotool", "key", "Return"});
        CHECK(it.sees("agent.join.accept"));
        it.work({"xdotool", "key", "space"});
        CHECK(it.agent.log.all<control::SessionAnswer>().back() == control::SessionAnswer{"1-s", false, 2});
        CHECK(it.agent.phase() == Phase::shared);
        CHECK(it.window.h() == alone);
    }
    SECTION("End") {
        it.click("agent.end");
        CHECK(it.agent.phase() == Phase::waiting);
    }
    SECTION("no answer") {
        it.agent.clock.advance(Millis(20'000));
        for (int i = 0; i < 100 && it.agent.state().joining; ++i) Fl::wait(0.05);
        CHECK_FALSE(it.sees("agent.join.accept"));
        CHECK(it.agent.phase() == Phase::shared);
    }
}

TEST_CASE("an unknown hub's key is shown in words and digits; another key than expected cannot be accepted") {
    Shown it;
    it.agent.model.connect({"hub.example", 443}, {}, "1-E75B1");
    SECTION("first contact") {
        it.agent.fail(tunnel::LinkFailure::Kind::untrusted);
        it.picture("trust");
        CHECK(it.value("agent.words") == it.agent.state().untrusted->words);
        it.work({"xdotool", "key", "Return"});
        CHECK(it.agent.phase() == Phase::untrusted);
        it.click("agent.trust");
        CHECK(it.agent.phase() == Phase::connecting);
    }
    SECTION("mismatch") {
        it.agent.fail(tunnel::LinkFailure::Kind::untrusted, true);
        it.picture("mismatch");
        CHECK_FALSE(it.sees("agent.trust"));
        it.click("agent.distrust");
        CHECK(it.agent.phase() == Phase::idle);
    }
}

TEST_CASE("a hub that is away is shown so, with the way to try now and the way out") {
    Shown it;
    it.agent.grace_ms = 120'000;
    it.agent.connect();
    CHECK(it.value("agent.connection") == "Connected");
    CHECK_FALSE(it.sees("agent.retry"));
    it.agent.interrupt();
    it.picture("away");
    CHECK(it.value("agent.connection") == "Not connected, trying again");
    CHECK_THAT(it.value("agent.name"), Catch::Contains("comes back by itself"));
    CHECK_THAT(it.value("agent.notice.waiting"), Catch::Contains("The network is away."));
    it.click("agent.retry");
    CHECK(it.agent.log.order.back() == "retry");
    SECTION("back") {
        it.agent.welcome();
        CHECK(it.value("agent.connection") == "Connected");
        CHECK_FALSE(it.sees("agent.retry"));
    }
    SECTION("left") {
        it.click("agent.disconnect");
        CHECK(it.agent.phase() == Phase::idle);
    }
}

TEST_CASE("a session that waits says that nobody sees the screen, and ends by the same red button") {
    Shown it;
    it.agent.grace_ms = 120'000;
    it.agent.share();
    SECTION("for the hub") {
        it.agent.interrupt();
        it.picture("held-by-hub");
        CHECK(it.value("agent.sharing") == "Nobody sees your screen");
        CHECK(it.value("agent.elapsed") == "Waiting · 2:05 left");
        CHECK_THAT(it.value("agent.hold"), Catch::Contains("connection to the hub was lost"));
    }
    SECTION("for the operator") {
        it.agent.tell_state(control::SessionState::paused, control::Party::operator_, 55'000);
        it.picture("held-by-operator");
        CHECK(it.value("agent.sharing") == "Nobody sees your screen");
        CHECK(it.value("agent.elapsed") == "Waiting · 1:00 left");
        CHECK_THAT(it.value("agent.hold"), Catch::Contains("connection of maria was lost"));
        it.agent.stream("screen.1.2");
        it.agent.link->ready(Agent::descriptor());
        CHECK(it.value("agent.sharing") == "Controlled by maria");
        CHECK_FALSE(it.sees("agent.hold"));
    }
    it.click("agent.end");
    CHECK(it.agent.phase() == Phase::waiting);
    it.picture("ended-while-held");
}

TEST_CASE("a session that nobody comes back to ends with the window's own clock") {
    Shown it;
    it.agent.grace_ms = 120'000;
    it.agent.share();
    it.agent.interrupt();
    it.agent.clock.advance(Millis(126'000));
    for (int i = 0; i < 100 && it.agent.phase() == Phase::shared; ++i) Fl::wait(0.05);
    CHECK(it.agent.phase() == Phase::waiting);
}

TEST_CASE("a proxy's password is asked for and kept only when that is ticked") {
    Shown it;
    it.settings.proxy_login = it.agent.file.parent_path() / "proxy-login";
    it.agent.model.connect({"hub.example", 443}, {}, "1-E75B1");
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::proxy_password;
    failure.proxy = "http://proxy.example:3128";
    failure.error = {control::Code::unauthorized, "The proxy wants a password.", "Give it."};
    const auto events = it.agent.link->events;
    events.failed(failure);
    Shown::settle();
    auto* dialog = dynamic_cast<ui::Dialog*>(Fl::modal());
    REQUIRE(dialog);
    it.picture("proxy");
    it.work({"xdotool", "mousemove", std::to_string(dialog->x() + 60), std::to_string(dialog->y() + 12)});
    it.work({"xdotool", "type", "anna"});
    it.work({"xdotool", "key", "Return"});
    it.work({"xdotool", "type", "s3cret"});
    const bool remember = GENERATE(false, true);
    if (remember) it.work({"xdotool", "key", "Tab", "space"});
    it.work({"xdotool", "key", "Tab", "Tab"});
    if (!remember) it.work({"xdotool", "key", "Tab"});
    it.work({"xdotool", "key", "space"});
    CHECK(it.agent.phase() == Phase::connecting);
    CHECK(it.agent.network.proxy.user == "anna");
    CHECK(it.agent.network.proxy.password.text() == "s3cret");
    CHECK(std::filesystem::exists(it.settings.proxy_login) == remember);
}

TEST_CASE("a proxy's user from the start is said to be refused, and nobody is asked once the proxy lets through") {
    const std::string user = GENERATE("anna", "");
    Shown it(user);
    it.agent.grace_ms = 120'000;
    it.agent.connect();
    it.agent.interrupt(tunnel::LinkFailure::Kind::proxy_password);
    Shown::settle();
    auto* dialog = Fl::modal();
    REQUIRE(dialog);
    const auto all = boost::json::parse(ui::describe_windows(1, {dialog})).as_object();
    std::map<std::string, std::string> values;
    for (const auto& each : all.at("widgets").as_array())
        if (const auto* value = each.as_object().if_contains("value"); value && value->is_string())
            values[std::string(each.at("id").as_string())] = std::string(value->as_string());
    CHECK(values.at("proxy.user") == user);
    CHECK_THAT(values.at("proxy.words"), Catch::Contains(user.empty() ? "wants a user name" : "did not accept"));
    it.agent.welcome();
    Shown::settle();
    CHECK(Fl::modal() == nullptr);
    CHECK_FALSE(dialog->shown());
}

TEST_CASE("closing the window ends the session") {
    Shown it;
    it.agent.share(control::Mode::view);
    it.window.do_callback();
    CHECK(it.agent.log.all<control::SessionEnd>().size() == 1);
    CHECK_FALSE(it.window.shown());
}

namespace {

/// Nothing of the page sticks out of the window.
void check_inside(Shown& it, const std::string& name) {
    it.picture(name);
    const auto all = boost::json::parse(ui::describe_windows(1, {&it.window})).as_object();
    for (const auto& each : all.at("widgets").as_array()) {
        const auto& one = each.as_object();
        if (!one.at("visible").as_bool()) continue;
        INFO(name << ": " << one.at("id"));
        CHECK(one.at("x").as_int64() >= it.window.x());
        CHECK(one.at("y").as_int64() >= it.window.y());
        CHECK(one.at("x").as_int64() + one.at("width").as_int64() <= it.window.x() + it.window.w());
        CHECK(one.at("y").as_int64() + one.at("height").as_int64() <= it.window.y() + it.window.h());
    }
}

}  // namespace

TEST_CASE("names of any length and every scale fit each page") {
    screen();
    const auto [scale, longest] = GENERATE(std::pair{1.0, true}, std::pair{2.0, false});
    ui::set_scale(scale);
    const std::string mark = (longest ? "long-" : "short-") + std::to_string(static_cast<int>(scale * 10)) + "-";
    const tunnel::HubAddress hub{longest ? "remote-support-for-all-branches.of-a-very-large-organisation.example.org" : "hub.example", 8443};
    const std::string who = longest ? "Maria-Magdalena von Hohenstein-Wittelsbach (second line support, Munich)" : "maria";
    {
        Shown it;
        check_inside(it, mark + "idle");
        it.window.connect(tunnel::to_text(hub), "1-E75B1X");
        check_inside(it, mark + "wrong-ticket");
        it.window.connect("", "1-E75B1");
        check_inside(it, mark + "no-hub");
        it.agent.model.connect(hub, {}, "1-E75B1");
        check_inside(it, mark + "connecting");
        it.agent.fail(tunnel::LinkFailure::Kind::untrusted);
        check_inside(it, mark + "trust");
        it.agent.model.trust_and_remember();
        check_inside(it, mark + "trusted");
        it.agent.fail(tunnel::LinkFailure::Kind::untrusted, true);
        check_inside(it, mark + "mismatch");
        it.agent.model.connect(hub, {}, "1-E75B1");
        it.agent.fail(tunnel::LinkFailure::Kind::refused);
        check_inside(it, mark + "error");
        it.agent.screen->refuses = "The X display :7 cannot be opened. Check that it is running and that this user may use it (XAUTHORITY).";
        it.agent.model.connect(hub, {}, "1-E75B1");
        check_inside(it, mark + "no-screen");
    }
    Shown it;
    it.agent.connect();
    check_inside(it, mark + "waiting");
    it.agent.hear(control::SessionAsk{"1-s", who, control::Mode::control, true, 30, 20'000});
    check_inside(it, mark + "asked");
    it.agent.model.answer(true);
    check_inside(it, mark + "starting");
    it.agent.hear(control::SessionStream{"1-s", "screen.1.1", "token"});
    it.agent.link->ready(Agent::descriptor());
    check_inside(it, mark + "shared");
    it.agent.screen->events.copied_too_much();
    check_inside(it, mark + "hint");
    CHECK_THAT(it.value("agent.hint"), Catch::Contains("too long"));
    it.agent.ask_to_join(2, who, control::Mode::control);
    check_inside(it, mark + "join-asked");
    it.agent.model.answer_join(2, true);
    it.agent.ask_to_join(3, who + " (2)");
    it.agent.model.answer_join(3, true);
    check_inside(it, mark + "joined");
    it.agent.model.end();
    check_inside(it, mark + "ended-guest");
    it.agent.hear(control::SessionAsk{"1-t", who, control::Mode::view, false, 0, 20'000});
    check_inside(it, mark + "asked-view");
    it.agent.model.answer(false);
    check_inside(it, mark + "refused");
    it.agent.hear(control::HubStopping{});
    it.agent.fail(tunnel::LinkFailure::Kind::lost);
    check_inside(it, mark + "hub-stopped");
    ui::set_scale(1);
}

// fontconfig keeps its caches for the life of the program, out of sight of the leak checker.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
