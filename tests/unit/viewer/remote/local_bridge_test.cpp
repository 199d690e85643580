#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <optional>
#include <thread>
#include <vector>

#include "rfb-ext/wire/handshake.hpp"
#include "tests/unit/viewer/remote/fake_host.hpp"
#include "viewer/remote/local_bridge.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::FakeHost;
using Side = LocalBridge::End::Side;

namespace {

constexpr int patience_s = 20;

/// A VNC viewer, from its connection on.
class Viewer {
public:
    explicit Viewer(std::uint16_t port, bool v6 = false) : fd_(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0)) {
        const timeval patience{patience_s, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in v4_place{};
        v4_place.sin_family = AF_INET;
        v4_place.sin_port = htons(port);
        v4_place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr_in6 v6_place{};
        v6_place.sin6_family = AF_INET6;
        v6_place.sin6_port = htons(port);
        v6_place.sin6_addr = in6addr_loopback;
        connected_ = (v6 ? ::connect(fd_, reinterpret_cast<sockaddr*>(&v6_place), sizeof v6_place)
                         : ::connect(fd_, reinterpret_cast<sockaddr*>(&v4_place), sizeof v4_place)) == 0;
    }
    ~Viewer() { leave(); }
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    bool connected() const { return connected_; }
    /// Whether the pass was taken and the screen is there.
    bool log_in(std::string_view pass) {
        Bytes came;
        for (;;) {
            auto step = handshake_.feed(came);
            if (!step) return false;
            came.erase(came.begin(), came.begin() + static_cast<std::ptrdiff_t>(step->consumed));
            send(step->reply);
            if (step->done) return true;
            if (handshake_.wants_password()) {
                send(handshake_.give_password(pass)->reply);
                continue;
            }
            const auto more = receive_some(1);
            if (more.empty()) return false;
            append(came, more);
        }
    }
    const wire::HostHandshake& handshake() const { return handshake_; }
    void send(ByteView bytes) const {
        if (!bytes.empty())
            REQUIRE(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    }
    /// Exactly so many bytes; fewer if the other side closed.
    Bytes receive(std::size_t count) const {
        Bytes bytes(count);
        const auto got = ::recv(fd_, bytes.data(), count, MSG_WAITALL);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    bool closed_by_bridge() const {
        Byte byte = 0;
        for (;;) {
            const auto got = ::recv(fd_, &byte, 1, 0);
            if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return true;
            if (got < 0) return false;
        }
    }
    void leave() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

private:
    Bytes receive_some(std::size_t most) const {
        Bytes bytes(most);
        const auto got = ::recv(fd_, bytes.data(), most, 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    int fd_;
    bool connected_ = false;
    wire::HostHandshake handshake_;
};

/// A bridge to a far side that the test plays, and what the owner hears.
struct Crossing {
    FakeHost host;
    Mailbox mailbox;
    SystemClock clock;
    std::optional<BridgePlace> place;
    int taken = 0;
    std::vector<LocalBridge::End> ends;
    std::unique_ptr<LocalBridge> bridge;

    explicit Crossing(const BridgeTimes& times = {}, std::uint16_t port = 0) {
        LocalBridge::Events events;
        events.offered = [this](const BridgePlace& at) { place = at; };
        events.taken = [this](SteadyTime) { ++taken; };
        events.ended = [this](const LocalBridge::End& end) { ends.push_back(end); };
        bridge = std::make_unique<LocalBridge>(host.take_viewer_end(), port, mailbox, clock, events, times);
    }
    template <class Condition>
    bool run_until(Condition condition) {
        const auto until = clock.now() + std::chrono::seconds(patience_s);
        while (!condition() && clock.now() < until) {
            mailbox.wait_until(until);
            mailbox.run();
        }
        return condition();
    }
    BridgePlace offer() {
        host.shake_hands({8, 4});
        REQUIRE(run_until([&] { return place.has_value(); }));
        return *place;
    }
    bool ended() {
        return run_until([&] { return !ends.empty(); });
    }
};

std::string with_other_end(std::string pass) {
    pass.back() = pass.back() == 'a' ? 'b' : 'a';
    return pass;
}

}  // namespace

TEST_CASE("a viewer of this computer gets the screen by the pass, and bytes flow both ways") {
    const bool v6 = GENERATE(false, true);
    Crossing crossing;
    const auto place = crossing.offer();
    CHECK(place.pass.size() == 8);
    Viewer viewer(place.port, v6);
    REQUIRE(viewer.connected());
    REQUIRE(viewer.log_in(place.pass));
    CHECK(viewer.handshake().server_init().size == Size{8, 4});
    REQUIRE(crossing.run_until([&] { return crossing.taken == 1; }));

    const Bytes request{3, 0, 0, 0, 0, 0, 0, 8, 0, 4};
    viewer.send(request);
    CHECK(crossing.host.receive(10) == request);
    Bytes picture(3'000'000);
    for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<Byte>(i * 7 + i / 251);
    std::thread painter([&] { crossing.host.send(picture); });
    CHECK(viewer.receive(picture.size()) == picture);
    painter.join();
    CHECK(crossing.ends.empty());
}

TEST_CASE("what a host says unasked before a viewer has come reaches it first, and in order") {
    Crossing crossing;
    const auto place = crossing.offer();
    crossing.host.send(Bytes{2, 2, 2});  // bells
    Viewer viewer(place.port);
    REQUIRE(viewer.log_in(place.pass));
    CHECK(viewer.receive(3) == Bytes{2, 2, 2});
    crossing.host.send(Bytes{2});
    CHECK(viewer.receive(1) == Bytes{2});
}

TEST_CASE("a host that talks on without being asked does not fill the memory") {
    Crossing crossing;
    crossing.offer();
    const Bytes bells(64 * 1024, 2);
    std::thread ringing([&] {
        for (int i = 0; i < 40; ++i) crossing.host.send(bells);
    });
    REQUIRE(crossing.ended());
    CHECK(crossing.ends[0].side == Side::stream);
    ringing.join();
}

TEST_CASE("a wrong pass is refused with words, and too many of them end it") {
    Crossing crossing;
    const auto place = crossing.offer();
    for (int i = 0; i < LocalBridge::most_wrong_passes; ++i) {
        CHECK(crossing.ends.empty());
        Viewer viewer(place.port);
        CHECK_FALSE(viewer.log_in(with_other_end(place.pass)));
        CHECK(viewer.handshake().reason().find("not the pass") != std::string::npos);
    }
    REQUIRE(crossing.ended());
    CHECK(crossing.ends[0].side == Side::viewer);
    CHECK(crossing.ends[0].why.find("wrong passes") != std::string::npos);
    CHECK(crossing.host.viewer_closed());
    CHECK_FALSE(Viewer(place.port).connected());
}

TEST_CASE("after a wrong pass the right one still opens") {
    Crossing crossing;
    const auto place = crossing.offer();
    CHECK_FALSE(Viewer(place.port).log_in(""));
    CHECK(Viewer(place.port).log_in(place.pass));
}

TEST_CASE("silent viewers are hung up in time and keep nobody out") {
    BridgeTimes times;
    SECTION("one") {
        times.login = Millis(200);
    }
    SECTION("many") {}
    Crossing crossing(times);
    const auto place = crossing.offer();
    std::vector<std::unique_ptr<Viewer>> silent;
    const std::size_t count = times.login == Millis(200) ? 1 : 3 * LocalBridge::most_callers;
    for (std::size_t i = 0; i < count; ++i) silent.push_back(std::make_unique<Viewer>(place.port));
    if (count == 1) CHECK(silent[0]->closed_by_bridge());
    Viewer viewer(place.port);
    REQUIRE(viewer.log_in(place.pass));
    CHECK(silent[0]->closed_by_bridge());
    CHECK(silent.back()->closed_by_bridge());
    viewer.send(Bytes{3, 0, 0, 0, 0, 0, 0, 8, 0, 4});
    CHECK(crossing.host.receive(10).size() == 10);
}

TEST_CASE("there is one viewer only, and who comes later finds no port") {
    Crossing crossing;
    const auto place = crossing.offer();
    Viewer late(place.port);
    Viewer viewer(place.port);
    REQUIRE(viewer.log_in(place.pass));
    CHECK(late.closed_by_bridge());
    CHECK_FALSE(Viewer(place.port).connected());
    CHECK_FALSE(Viewer(place.port, true).connected());
}

TEST_CASE("a log-in cut anywhere lets the next viewer in") {
    Crossing crossing;
    const auto place = crossing.offer();
    const Bytes said{'R', 'F', 'B', ' ', '0', '0', '3', '.', '0', '0', '8', '\n', 2, 0, 1, 2};
    for (std::size_t n = 0; n <= said.size(); ++n) Viewer(place.port).send(ByteView(said).first(n));
    CHECK(Viewer(place.port).log_in(place.pass));
}

TEST_CASE("something else than a viewer is hung up at once") {
    Crossing crossing;
    const auto place = crossing.offer();
    Viewer browser(place.port);
    browser.send(as_bytes("GET / HTTP/1.1\r\n\r\n"));
    CHECK(browser.closed_by_bridge());
    CHECK(crossing.ends.empty());
}

TEST_CASE("whoever goes ends it for the other side, and the owner hears who") {
    Crossing crossing;
    const auto place = crossing.offer();
    Viewer viewer(place.port);
    REQUIRE(viewer.log_in(place.pass));
    SECTION("the viewer") {
        viewer.leave();
        CHECK(crossing.host.viewer_closed());
        REQUIRE(crossing.ended());
        CHECK(crossing.ends[0].side == Side::viewer);
    }
    SECTION("the stream") {
        crossing.host.close();
        CHECK(viewer.closed_by_bridge());
        REQUIRE(crossing.ended());
        CHECK(crossing.ends[0].side == Side::stream);
    }
    SECTION("the owner") {
        crossing.bridge.reset();
        CHECK(viewer.closed_by_bridge());
        CHECK(crossing.host.viewer_closed());
        crossing.mailbox.run();
        CHECK(crossing.ends.empty());
    }
}

TEST_CASE("a stream that ends before a viewer has come ends the bridge") {
    Crossing crossing;
    SECTION("in the handshake") {
        crossing.host.send(as_bytes("RFB 003."));
    }
    SECTION("after it") {
        crossing.offer();
    }
    crossing.host.close();
    REQUIRE(crossing.ended());
    CHECK(crossing.ends[0].side == Side::stream);
    CHECK(crossing.taken == 0);
}

TEST_CASE("a far side that does not greet in time ends the bridge") {
    BridgeTimes times;
    times.greeting = Millis(100);
    Crossing crossing(times);
    REQUIRE(crossing.ended());
    CHECK(crossing.ends[0].side == Side::stream);
    CHECK_FALSE(crossing.place);
}

TEST_CASE("a viewer that takes nothing is hung up") {
    BridgeTimes times;
    times.stall = Millis(200);
    Crossing crossing(times);
    const auto place = crossing.offer();
    Viewer viewer(place.port);
    REQUIRE(viewer.log_in(place.pass));
    std::thread painter([&] {
        const Bytes much(1024 * 1024);
        for (int i = 0; i < 64; ++i) crossing.host.send(much);
    });
    REQUIRE(crossing.ended());
    CHECK(crossing.ends[0].side == Side::viewer);
    painter.join();
}

TEST_CASE("a port that is taken is named") {
    Crossing crossing;
    const auto place = crossing.offer();
    FakeHost other;
    LocalBridge::Events events;
    CHECK_THROWS_WITH(LocalBridge(other.take_viewer_end(), place.port, crossing.mailbox, crossing.clock, events),
                      Catch::Contains(std::to_string(place.port)) && Catch::Contains("in use"));
}
