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
    login.remember("http://proxy.example:3128", "DOMAIN\\anna", Secret("pass word"));
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0777)) == std::filesystem::perms(0600));
    login.fill_in(proxy);
    CHECK(proxy.user == "DOMAIN\\anna");
    CHECK(proxy.password.text() == "pass word");
    CHECK(proxy.login_for == "http://proxy.example:3128");
    CHECK_FALSE(proxy.login_for_any);
    tunnel::ProxySettings given;
    given.user = "otto";
    login.fill_in(given);
    CHECK(given.user == "otto");
    CHECK(given.password.text() == "");
    CHECK_THROWS(login.remember("http://proxy.example:3128", "anna", Secret("two\nlines")));
    login.forget();
    CHECK_FALSE(std::filesystem::exists(file));
    const std::string whole = "http://p:1\nanna\ns\n";
    for (std::size_t n = 0; n < whole.size(); ++n) {
        write_file_atomically(file, whole.substr(0, n));
        tunnel::ProxySettings none;
        login.fill_in(none);
        CHECK(none.user == "");
    }
    std::filesystem::remove_all(folder);
}
