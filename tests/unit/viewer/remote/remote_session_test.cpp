#include <catch2/catch.hpp>

#include <optional>
#include <thread>
#include <vector>

#include "tests/unit/viewer/remote/fake_host.hpp"
#include "viewer/remote/remote_session.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::FakeHost;

namespace {

/// The owner's side of a session: runs letters until something has come true.
struct Owner final : ScreenWatcher {
    FakeHost host;
    Mailbox mailbox;
    SystemClock clock;
    std::vector<Size> showing, resized, watched_sizes;
    std::vector<Rect> areas;
    std::vector<std::string> copied;
    std::optional<std::string> closed;
    std::unique_ptr<RemoteSession> session;

    explicit Owner(bool view_only = false) {
        RemoteSession::Events events;
        events.showing = [this](Size size, SteadyTime) { showing.push_back(size); };
        events.resized = [this](Size size) { resized.push_back(size); };
        events.copied = [this](const std::string& text) { copied.push_back(text); };
        events.closed = [this](const std::string& why) { closed = why; };
        session = std::make_unique<RemoteSession>(host.take_viewer_end(), view_only, mailbox, clock, events);
        session->watch(this);
    }
    void screen_resized(Size size) override { watched_sizes.push_back(size); }
    void screen_updated(const Rect& area) override { areas.push_back(area); }

    template <class Condition>
    bool run_until(Condition condition) {
        const auto until = clock.now() + Millis(20'000);
        while (!condition() && clock.now() < until) {
            mailbox.wait_until(until);
            mailbox.run();
        }
        return condition();
    }
    /// The client has drawn so many updates while nobody ran letters.
    bool drawn_unread(std::uint64_t count) {
        const auto until = clock.now() + Millis(20'000);
        while (session->progress().updates < count && clock.now() < until) std::this_thread::sleep_for(Millis(1));
        return session->progress().updates >= count;
    }
    bool run_until_updates(std::uint64_t count) {
        return run_until([&] { return session->progress().updates >= count; });
    }
};

}  // namespace

TEST_CASE("a screen shows once its first whole picture is there") {
    Owner owner;
    owner.host.greet({4, 2});
    owner.host.paint({0, 0, 2, 2}, 10);
    REQUIRE(owner.run_until_updates(1));
    owner.mailbox.run();
    CHECK(owner.resized == std::vector{Size{4, 2}});
    CHECK(owner.showing.empty());  // half of it is not a picture
    owner.host.paint({2, 0, 2, 2}, 20);
    REQUIRE(owner.run_until([&] { return !owner.showing.empty(); }));
    CHECK(owner.showing == std::vector{Size{4, 2}});
    const auto picture = owner.session->picture();
    CHECK(picture.row(1)[0] == 10);
    CHECK(picture.row(1)[3] == 20);
    owner.host.paint({0, 0, 4, 2}, 30);
    REQUIRE(owner.run_until_updates(3));
    owner.mailbox.run();
    CHECK(owner.showing.size() == 1);
}

TEST_CASE("a watcher hears of areas; several updates may come as one") {
    Owner owner;
    owner.host.greet({8, 8});
    owner.host.paint({0, 0, 8, 8}, 1);
    REQUIRE(owner.run_until([&] { return !owner.areas.empty(); }));
    owner.areas.clear();
    owner.host.paint({1, 1, 1, 1}, 2);
    owner.host.paint({5, 6, 1, 1}, 3);
    REQUIRE(owner.drawn_unread(3));
    REQUIRE(owner.run_until([&] { return !owner.areas.empty(); }));
    CHECK(owner.areas == std::vector{Rect{1, 1, 5, 6}});
    owner.session->watch(nullptr);
    owner.host.paint({0, 0, 8, 8}, 4);
    REQUIRE(owner.run_until_updates(4));
    owner.mailbox.run();
    CHECK(owner.areas.size() == 1);
}

TEST_CASE("of several texts copied meanwhile the newest is told") {
    Owner owner;
    owner.host.greet({4, 2});
    owner.host.send(Bytes{3, 0, 0, 0, 0, 0, 0, 1, 'a'});
    owner.host.send(Bytes{3, 0, 0, 0, 0, 0, 0, 1, 'b'});
    owner.host.paint({0, 0, 4, 2}, 1);
    REQUIRE(owner.drawn_unread(1));
    REQUIRE(owner.run_until([&] { return !owner.showing.empty(); }));
    CHECK(owner.copied == std::vector<std::string>{"b"});
}

TEST_CASE("a screen that closes says why, once") {
    Owner owner;
    owner.host.greet({4, 2});
    owner.host.close();
    REQUIRE(owner.run_until([&] { return owner.closed.has_value(); }));
    CHECK_FALSE(owner.closed->empty());
    CHECK(owner.showing.empty());
}

TEST_CASE("a host that talks nonsense is closed with a reason") {
    Owner owner;
    owner.host.send(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
    REQUIRE(owner.run_until([&] { return owner.closed.has_value(); }));
    CHECK_FALSE(owner.closed->empty());
}

TEST_CASE("nothing is heard of a session that was destroyed, and its stream is cut") {
    Owner owner;
    owner.host.greet({4, 2});
    owner.host.paint({0, 0, 4, 2}, 1);
    REQUIRE(owner.drawn_unread(1));
    owner.session.reset();
    CHECK(owner.host.viewer_closed());
    owner.mailbox.run();
    CHECK(owner.showing.empty());
    CHECK(owner.areas.empty());
    CHECK_FALSE(owner.closed);
}

TEST_CASE("a session may be destroyed from inside what it tells") {
    struct Destroyer final : ScreenWatcher {
        Owner* owner = nullptr;
        void screen_resized(Size) override { owner->session.reset(); }
    };
    Owner owner;
    Destroyer destroyer;
    destroyer.owner = &owner;
    owner.session->watch(&destroyer);
    owner.host.greet({4, 2});
    REQUIRE(owner.run_until([&] { return !owner.session; }));
    CHECK(owner.resized.empty());
}

TEST_CASE("input goes to the host, unless the session is view only") {
    Owner owner;
    owner.host.greet({4, 2});
    owner.host.paint({0, 0, 4, 2}, 1);
    owner.host.receive(10);  // the next request
    REQUIRE(owner.run_until_updates(1));
    owner.session->set_view_only(true);
    CHECK(owner.session->view_only());
    owner.session->key('x', true);
    owner.session->set_view_only(false);
    owner.session->key('a', true);
    CHECK(owner.host.receive(8) == Bytes{4, 1, 0, 0, 0, 0, 0, 'a'});
    owner.session->pointer({3, 1}, 1);
    CHECK(owner.host.receive(6) == Bytes{5, 1, 0, 3, 0, 1});
    owner.session->refresh();
    CHECK(owner.host.receive(10) == Bytes{3, 0, 0, 0, 0, 0, 0, 4, 0, 2});
}
