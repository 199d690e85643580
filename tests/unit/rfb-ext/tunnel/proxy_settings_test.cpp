#include "rfb-ext/tunnel/proxy_settings.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

using namespace pronto::tunnel;

namespace {

std::string refusal_of(const std::string& text) {
    try {
        parse_proxy(text);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a proxy is the system's, none, or an address in its whole form") {
    CHECK(parse_proxy("system").mode == ProxySettings::Mode::system);
    CHECK(parse_proxy("None").mode == ProxySettings::Mode::none);
    CHECK(parse_proxy("direct").mode == ProxySettings::Mode::none);
    const auto whole = [](const char* text) {
        const auto settings = parse_proxy(text);
        CHECK(settings.mode == ProxySettings::Mode::custom);
        return settings.url;
    };
    CHECK(whole("proxy.example:3128") == "http://proxy.example:3128");
    CHECK(whole("http://proxy.example:3128/") == "http://proxy.example:3128");
    CHECK(whole("http://proxy.example") == "http://proxy.example:80");
    CHECK(whole("HTTPS://proxy.example") == "https://proxy.example:443");
    CHECK(whole("socks5://[::1]") == "socks5://[::1]:1080");
    CHECK(whole("socks5h://10.0.0.1:9050") == "socks5://10.0.0.1:9050");
    CHECK(whole("socks://10.0.0.1:9050") == "socks5://10.0.0.1:9050");
}

TEST_CASE("what is no proxy is refused with the right form") {
    for (const char* wrong : {"", "http://", "ftp://proxy.example", "socks4://proxy.example", "http://proxy.example:0",
                              "http://proxy.example:99999", "http://proxy.example/path", "http://proxy .example",
                              "://x", "http://proxy.example:3128\r\nX: y"}) {
        INFO(wrong);
        CHECK_THAT(refusal_of(wrong), Catch::Contains("http://proxy.example:3128"));
    }
}

TEST_CASE("a password inside a proxy's address is refused without being repeated") {
    const auto said = refusal_of("http://ada:hunter2@proxy.example:3128");
    CHECK_THAT(said, Catch::Contains("--proxy-password-file"));
    CHECK_THAT(said, !Catch::Contains("hunter2"));
    CHECK_THAT(said, !Catch::Contains("ada"));
}
