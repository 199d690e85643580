#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "tests/unit/viewer/remote/fake_host.hpp"
#include "viewer/remote/remote_screens.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::FakeHost;

namespace {

class FakeStreams final : public StreamSource {
public:
    struct Asked {
        control::SessionStream stream;
        std::function<void(int)> ready;
        std::function<void(const tunnel::LinkFailure&)> failed;
    };
    void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override {
        asked.push_back({stream, std::move(ready), std::move(failed)});
    }
    std::vector<Asked> asked;
};

struct Room final : Screens::Events {
    FakeHost host;
    FakeStreams streams;
    Mailbox mailbox;
    SystemClock clock;
    std::unique_ptr<RemoteScreens> screens = std::make_unique<RemoteScreens>(streams, mailbox, clock);
    std::vector<std::string> heard;

    void open(SessionNumber session) { screens->open(session, {"1-a", "screen.1.1", "token"}, false, *this); }
    template <class Condition>
    bool run_until(Condition condition) {
        const auto until = clock.now() + Millis(20'000);
        while (!condition() && clock.now() < until) {
            mailbox.wait_until(until);
            mailbox.run();
        }
        return condition();
    }

    void screen_showing(SessionNumber session, Size size, SteadyTime) override {
        heard.push_back("showing " + std::to_string(session) + ' ' + std::to_string(size.width));
    }
    void screen_resized(SessionNumber, Size) override {}
    void screen_failed(SessionNumber session, const control::Error& why) override {
        heard.push_back("failed " + std::to_string(session) + ' ' + why.message);
    }
    void screen_closed(SessionNumber session, const std::string&) override { heard.push_back("closed " + std::to_string(session)); }
    void screen_copied(SessionNumber session, const std::string& text) override {
        heard.push_back("copied " + std::to_string(session) + ' ' + text);
    }
    void screen_offered(SessionNumber session, const BridgePlace& at) override {
        heard.push_back("offered " + std::to_string(session));
        place = at;
    }
    void viewer_left(SessionNumber session, const std::string&) override { heard.push_back("left " + std::to_string(session)); }
    BridgePlace place;
};

}  // namespace

TEST_CASE("a stream becomes a screen, which can be found until it is closed") {
    Room room;
    room.open(3);
    REQUIRE(room.streams.asked.size() == 1);
    CHECK(room.streams.asked[0].stream.token == "token");
    CHECK(room.screens->find(3) == nullptr);
    room.streams.asked[0].ready(room.host.take_viewer_end());
    CHECK(room.screens->find(3) != nullptr);
    room.host.greet({4, 2});
    room.host.paint({0, 0, 4, 2}, 1);
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    CHECK(room.heard == std::vector<std::string>{"showing 3 4"});
    room.screens->close(3);
    CHECK(room.screens->find(3) == nullptr);
    CHECK(room.host.viewer_closed());
    room.screens->close(3);
}

TEST_CASE("cut text goes both ways between a screen and its host") {
    Room room;
    room.open(3);
    room.screens->send_cut_text(3, "too early");
    room.streams.asked[0].ready(room.host.take_viewer_end());
    room.host.greet({4, 2});
    room.host.send(Bytes{3, 0, 0, 0, 0, 0, 0, 2, 'g', 0xFC});
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    CHECK(room.heard == std::vector<std::string>{"copied 3 gü"});
    room.screens->send_cut_text(4, "nobody's");
    room.screens->send_cut_text(3, "dü €");
    CHECK(room.host.receive(12) == Bytes{6, 0, 0, 0, 0, 0, 0, 4, 'd', 0xFC, ' ', '?'});
}

TEST_CASE("a far side that closes is told") {
    Room room;
    room.open(3);
    room.streams.asked[0].ready(room.host.take_viewer_end());
    room.host.greet({4, 2});
    room.host.close();
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    CHECK(room.heard == std::vector<std::string>{"closed 3"});
}

TEST_CASE("a stream that cannot be opened is told with its words") {
    Room room;
    room.open(3);
    tunnel::LinkFailure failure;
    failure.error.message = "The token has expired.";
    room.streams.asked[0].failed(failure);
    CHECK(room.heard == std::vector<std::string>{"failed 3 The token has expired."});
    CHECK(room.screens->find(3) == nullptr);
}

TEST_CASE("a stream that comes too late is closed and nobody hears of it") {
    Room room;
    room.open(3);
    SECTION("after close") { room.screens->close(3); }
    SECTION("after another opening") { room.open(3); }
    SECTION("after all screens are gone") { room.screens.reset(); }
    room.streams.asked[0].ready(room.host.take_viewer_end());
    CHECK(room.host.viewer_closed());
    room.streams.asked[0].failed({});
    CHECK(room.heard.empty());
}

TEST_CASE("a new stream replaces the session's older screen") {
    Room room;
    FakeHost second;
    room.open(3);
    room.streams.asked[0].ready(room.host.take_viewer_end());
    room.open(3);
    CHECK(room.host.viewer_closed());
    CHECK(room.screens->find(3) == nullptr);
    room.streams.asked[1].ready(second.take_viewer_end());
    second.greet({8, 2});
    second.paint({0, 0, 8, 2}, 1);
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    CHECK(room.heard == std::vector<std::string>{"showing 3 8"});
}

TEST_CASE("a bridged stream is offered to other viewers, and is no screen") {
    Room room;
    room.screens->bridge(3, {"1-a", "screen.1.1", "token"}, room);
    REQUIRE(room.streams.asked.size() == 1);
    room.streams.asked[0].ready(room.host.take_viewer_end());
    room.host.shake_hands({4, 2});
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    CHECK(room.heard == std::vector<std::string>{"offered 3"});
    CHECK(room.place.port != 0);
    CHECK(room.screens->find(3) == nullptr);
    SECTION("the guest's side ends") {
        room.host.close();
        REQUIRE(room.run_until([&] { return room.heard.size() > 1; }));
        CHECK(room.heard[1] == "closed 3");
    }
    SECTION("the model closes it") {
        room.screens->close(3);
        CHECK(room.host.viewer_closed());
    }
}

TEST_CASE("a bridge whose port is taken fails with words") {
    Room room;
    room.screens->bridge(3, {"1-a", "screen.1.1", "token"}, room);
    room.streams.asked[0].ready(room.host.take_viewer_end());
    room.host.shake_hands({4, 2});
    REQUIRE(room.run_until([&] { return !room.heard.empty(); }));
    FakeHost second;
    RemoteScreens there(room.streams, room.mailbox, room.clock, room.place.port);
    there.bridge(4, {"1-b", "screen.1.1", "token"}, room);
    room.streams.asked[1].ready(second.take_viewer_end());
    REQUIRE(room.heard.size() == 2);
    CHECK(room.heard[1].find("failed 4 port " + std::to_string(room.place.port)) == 0);
    CHECK(second.viewer_closed());
}
