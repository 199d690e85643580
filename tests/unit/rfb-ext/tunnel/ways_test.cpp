#include "rfb-ext/tunnel/ways.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/tunnel/network_key.hpp"
#include "rfb-ext/tunnel/system_proxies.hpp"
#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace std::chrono_literals;

namespace {

/// A program's memory of ways, run after run.
struct Memory {
    test::Folder folder;
    ManualClock clock;
    std::string network = "office";
    std::filesystem::path file = folder / "ways.json";

    Ways run(HubAddress hub = {"hub.example", 443}) {
        NetworkSettings settings;
        settings.ways_file = file;
        return Ways(
            settings, std::move(hub), [this] { return network; }, clock);
    }
};

const Way by_proxy{8080, "http://proxy.example:3128", true};

}  // namespace

TEST_CASE("the way that worked is known to the next run, in the same network and for the same hub") {
    Memory memory;
    memory.run().worked(by_proxy);
    CHECK(memory.run().known() == by_proxy);
    CHECK_FALSE(memory.run({"other.example", 443}).known());
    struct stat status {};
    REQUIRE(::stat(memory.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    memory.network = "home";
    CHECK_FALSE(memory.run().known());
    memory.network = "";
    CHECK_FALSE(memory.run().known());
}

TEST_CASE("a way is looked for anew after a week, and the oldest of many is forgotten") {
    Memory memory;
    memory.run().worked(by_proxy);
    memory.clock.advance(Millis(Ways::longest_kept_ms) + 1ms);
    CHECK_FALSE(memory.run().known());
    memory.run().worked(by_proxy);
    for (std::size_t i = 1; i < Ways::most_known; ++i) memory.run({"hub" + std::to_string(i), 443}).worked({});
    CHECK(memory.run().known() == by_proxy);
    memory.run({"one more", 443}).worked({});
    CHECK_FALSE(memory.run().known());
    CHECK(ways_in(read_file(memory.file))->size() == Ways::most_known);
}

TEST_CASE("a broken file of ways is as good as none") {
    Memory memory;
    for (const char* text : {"", "{", "[]", "{\"ways\": 7}", "\xff\xfe"}) {
        CHECK_FALSE(ways_in(text));
        write_file_atomically(memory.file, text);
        CHECK_FALSE(memory.run().known());
    }
    memory.run().worked(by_proxy);
    CHECK(memory.run().known() == by_proxy);
    const std::string whole = to_text(*ways_in(read_file(memory.file)));
    for (std::size_t n = 0; n + 2 < whole.size(); ++n) CHECK_FALSE(ways_in(whole.substr(0, n)));
    CHECK(
        ways_in(
            R"({"ways": [1, {}, {"network": "n", "hub": "h", "port": 70000, "proxy": "", "websocket": false, "found_ms": 1},
        {"network": "n", "hub": "h", "port": 443, "proxy": "http://a:b@c:1", "websocket": false, "found_ms": 1}]})")
            ->empty());
}

TEST_CASE("streams that need WebSocket are remembered with the way") {
    Memory memory;
    auto ways = memory.run();
    CHECK_FALSE(ways.wants_websocket());
    ways.worked({443});
    ways.note_websocket();
    CHECK(memory.run().wants_websocket());
    memory.network = "home";
    CHECK_FALSE(ways.wants_websocket());
}

TEST_CASE("only a way that worked in this run and network is tried alone") {
    Memory memory;
    memory.run().worked({443});
    auto ways = memory.run();
    CHECK_FALSE(ways.may_be_down());
    ways.worked({443});
    ways.failed();
    CHECK(ways.may_be_down());
    CHECK(ways.failures() == 1);
    memory.network = "home";
    CHECK_FALSE(ways.may_be_down());
    memory.network = "office";
    ways.use_proxy(parse_proxy("none"));
    CHECK_FALSE(ways.may_be_down());
}

TEST_CASE("user and password are given to the proxy they are for, and to no other") {
    Memory memory;
    auto ways = memory.run();
    const std::string stranger = "http://stranger.example:3128";
    ProxySettings settings;
    settings.user = "ada";
    settings.password = Secret(std::string("secret"));
    ways.use_proxy(settings);
    CHECK(ways.login_for(by_proxy.proxy).user.empty());
    settings.login_for = by_proxy.proxy;
    ways.use_proxy(settings);
    CHECK(ways.login_for(by_proxy.proxy).password.text() == "secret");
    CHECK(ways.login_for(stranger).user.empty());
    ways.note_system_login(stranger, {"eve", Secret(std::string("own"))});
    CHECK(ways.login_for(stranger).user == "eve");

    ProxySettings custom = parse_proxy(stranger);
    custom.user = "ada";
    ways.use_proxy(custom);
    CHECK(ways.login_for(stranger).user == "eve");  // without a password it would be a wrong log-in
    custom.password = Secret(std::string("secret"));
    ways.use_proxy(custom);
    CHECK(ways.login_for(stranger).user == "ada");
    custom.login_for = by_proxy.proxy;  // remembered from a run with another
    ways.use_proxy(custom);
    CHECK(ways.login_for(stranger).user == "eve");

    settings.login_for.clear();
    settings.login_for_any = true;
    ways.use_proxy(settings);
    CHECK(ways.login_for(by_proxy.proxy).user == "ada");
    CHECK(ways.login_for(stranger).user == "ada");
}

TEST_CASE("a log-in that a proxy never accepted is not sent again, until there is another") {
    Memory memory;
    auto ways = memory.run();
    CHECK_FALSE(ways.is_rejected(by_proxy.proxy));
    ways.note_rejected(by_proxy.proxy);
    CHECK(ways.is_rejected(by_proxy.proxy));
    CHECK_FALSE(ways.is_rejected("http://other.example:3128"));
    memory.clock.advance(48h);
    CHECK(ways.is_rejected(by_proxy.proxy));
    ways.use_proxy(parse_proxy(by_proxy.proxy));
    CHECK_FALSE(ways.is_rejected(by_proxy.proxy));
}

TEST_CASE("a log-in that worked is sent again after pauses that grow, a few times within a session's grace") {
    Memory memory;
    auto ways = memory.run();
    ways.note_accepted(by_proxy.proxy);
    for (const Millis pause : {10s, 30s, 90s, 270s, 810s, 2430s, 3600s, 3600s}) {
        CHECK_FALSE(ways.is_rejected(by_proxy.proxy));
        ways.note_rejected(by_proxy.proxy);
        memory.clock.advance(pause - 1ms);
        CHECK(ways.is_rejected(by_proxy.proxy));
        memory.clock.advance(1ms);
    }
    CHECK_FALSE(ways.is_rejected(by_proxy.proxy));
    ways.note_accepted(by_proxy.proxy);
    ways.note_rejected(by_proxy.proxy);
    memory.clock.advance(Ways::first_rejected_for);
    CHECK_FALSE(ways.is_rejected(by_proxy.proxy));
}

TEST_CASE("one upgrade without an answer is no reason for WebSocket, a second in a row is") {
    Memory memory;
    auto ways = memory.run();
    CHECK_FALSE(ways.is_raw_doubted_again());
    ways.note_raw();
    CHECK_FALSE(ways.is_raw_doubted_again());
    CHECK(ways.is_raw_doubted_again());
}

TEST_CASE("the configured port comes first, and none twice") {
    CHECK(ports_to_try(8443) == std::vector<std::uint16_t>{8443, 443, 3128, 8080});
    CHECK(ports_to_try(3128) == std::vector<std::uint16_t>{3128, 443, 8080});
}

TEST_CASE("a network is known by its gateway, its addresses and the gateway's hardware") {
    NetworkTables office{
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
        "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n",
        "",
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        wlan0\n"};
    const auto key = network_key(office);
    CHECK(key.size() == 16);
    auto home = office;
    home.neighbours[home.neighbours.find(":01 ") + 2] = '2';
    CHECK(network_key(home) != key);
    auto renamed = office;
    for (auto at = renamed.routes.find("wlan0"); at != std::string::npos; at = renamed.routes.find("wlan0"))
        renamed.routes.replace(at, 5, "eth00");
    CHECK(network_key(renamed) == key);
    CHECK(network_key(NetworkTables{}).empty());
    for (std::size_t n = 0; n < office.routes.size(); ++n) {
        NetworkTables cut{office.routes.substr(0, n), "", ""};
        CHECK(network_key(cut).size() % 16 == 0);
    }
    const std::string zeros(32, '0');
    NetworkTables six;
    six.routes6 =
        zeros + " 00 " + zeros + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n";
    CHECK(network_key(six).size() == 16);
}

TEST_CASE("the system's proxies: their log-ins apart, what is none left out, nothing left means straight") {
    const auto proxies = usable_proxies({"http://ada:pass%20word%401@proxy.example:3128", "direct://", "ftp://nonsense",
                                         "socks://10.0.0.1:1080", "http://proxy.example:3128"});
    REQUIRE(proxies.size() == 3);
    CHECK(proxies[0].address == "http://proxy.example:3128");
    CHECK(proxies[0].login.user == "ada");
    CHECK(proxies[0].login.password.text() == "pass word@1");
    CHECK(proxies[1].address.empty());
    CHECK(proxies[2].address == "socks5://10.0.0.1:1080");
    REQUIRE(usable_proxies({}).size() == 1);
    CHECK(usable_proxies({})[0].address.empty());
}

TEST_CASE("the environment's proxies, and those it excepts") {
    ::setenv("PX_MODULE_PATH", "/nonexistent", 1);  // a desktop's own settings would come first
    ::setenv("https_proxy", "http://proxy.example:3128", 1);
    ::setenv("no_proxy", ".intern.example", 1);
    CHECK(system_proxies({"hub.example", 443})[0].address == "http://proxy.example:3128");
    CHECK(system_proxies({"hub.intern.example", 443})[0].address.empty());
    CHECK(system_proxies({"127.0.0.1", 443})[0].address.empty());
    CHECK(system_proxies({"localhost", 443})[0].address.empty());
    ::unsetenv("https_proxy");
    ::unsetenv("no_proxy");
}
