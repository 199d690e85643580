#include "agent/model/proxy_login.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"

using namespace pronto;
using namespace pronto::agent;

TEST_CASE("a proxy's login is remembered for its user alone, and fills in only what was not given") {
    const auto folder = std::filesystem::temp_directory_path() / ("pronto-login-" + random_id(1));
    const auto file = folder / "proxy-login";
    const ProxyLogin login(file);
    tunnel::ProxySettings proxy;
    login.fill_in(proxy);
    CHECK(proxy.user == "");
    login.remember("DOMAIN\\anna", Secret("pass word"));
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0777)) == std::filesystem::perms(0600));
    login.fill_in(proxy);
    CHECK(proxy.user == "DOMAIN\\anna");
    CHECK(proxy.password.text() == "pass word");
    tunnel::ProxySettings given;
    given.user = "otto";
    login.fill_in(given);
    CHECK(given.user == "otto");
    CHECK(given.password.text() == "");
    CHECK_THROWS(login.remember("anna", Secret("two\nlines")));
    login.forget();
    CHECK_FALSE(std::filesystem::exists(file));
    write_file_atomically(file, "half");
    tunnel::ProxySettings none;
    login.fill_in(none);
    CHECK(none.user == "");
    std::filesystem::remove_all(folder);
}
