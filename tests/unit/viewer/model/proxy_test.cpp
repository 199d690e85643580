#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using namespace pronto::viewer::test;
using State = Connection::State;
using Mode = tunnel::ProxySettings::Mode;

namespace {

constexpr auto proxy_url = "http://proxy.example:3128";

tunnel::LinkFailure proxy_asks() {
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::proxy_password;
    failure.error = {control::Code::unauthorized, "The proxy wants a password.", "Enter it."};
    failure.proxy = proxy_url;
    return failure;
}

tunnel::ProxySettings custom(const std::string& user) {
    tunnel::ProxySettings proxy;
    proxy.mode = Mode::custom;
    proxy.url = proxy_url;
    proxy.user = user;
    return proxy;
}

}  // namespace

TEST_CASE("a proxy that asks for a password while logging in gets it, and the log-in goes on") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.link.targets.back().proxy.mode == Mode::system);
    console.link.events->link_failed(proxy_asks());
    CHECK(console.model.connection().state == State::proxy_asks);
    CHECK(console.model.connection().proxy == proxy_url);
    const bool remember = GENERATE(false, true);
    console.model.answer_proxy("DOMAIN\\anna", Secret(std::string("proxy secret")), remember);
    REQUIRE(console.link.targets.size() == 2);
    const auto& target = console.link.targets.back();
    CHECK(target.proxy.user == "DOMAIN\\anna");
    CHECK(target.proxy.password.text() == "proxy secret");
    CHECK(target.proxy.login_for == proxy_url);
    CHECK(console.store.kept.proxy_login_for == (remember ? proxy_url : ""));
    CHECK(target.login.password == "secret");
    CHECK(console.store.password.text() == (remember ? "proxy secret" : ""));
    CHECK(console.store.kept.proxy_user == "DOMAIN\\anna");
    for (const auto& line : console.scribe.log) CHECK(line.text.find("proxy secret") == std::string::npos);
    console.link.events->link_opened(Console::welcome(1));
    CHECK(console.model.logged_in());
}

TEST_CASE("giving up on a proxy's password is a log-in given up") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    console.link.events->link_failed(proxy_asks());
    console.model.log_out();
    CHECK(console.model.connection().state == State::not_logged_in);
    console.model.answer_proxy("anna", Secret(std::string("x")), true);
    CHECK(console.link.targets.size() == 1);
    CHECK(console.store.password.text().empty());
}

TEST_CASE("a proxy that asks while reconnecting is answered on the way") {
    Console console;
    console.log_in();
    console.link.events->link_interrupted(proxy_asks(), Millis(1'000));
    CHECK(console.model.connection().state == State::reconnecting);
    CHECK(console.model.connection().proxy == proxy_url);
    console.model.answer_proxy("anna", Secret(std::string("proxy secret")), false);
    REQUIRE(console.link.proxies.size() == 1);
    CHECK(console.link.proxies[0].password.text() == "proxy secret");
    CHECK(console.model.connection().proxy.empty());
    console.come_back();
    CHECK(console.model.logged_in());
}

TEST_CASE("another proxy is kept and used from the next connection on, without the password of the one before") {
    Console console;
    console.store.password = Secret(std::string("old"));
    ConsoleModel model(console.link, console.screens, console.store, console.clock, Console::some_hello());
    CHECK(model.proxy().password.text() == "old");
    model.change_proxy(custom("anna"));
    CHECK(console.store.kept.proxy == proxy_url);
    CHECK(console.store.kept.proxy_user == "anna");
    CHECK(console.store.password.text().empty());
    model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.link.targets.back().proxy.url == proxy_url);
    CHECK(console.link.targets.back().proxy.password.text().empty());
    CHECK(console.link.proxies.empty());
}

TEST_CASE("a password remembered for a proxy of the command line goes to no proxy of the system") {
    Console console;
    console.model.use_proxy(custom(""));
    console.model.log_in(console.hub, {}, "anna", "secret");
    console.link.events->link_failed(proxy_asks());
    console.model.answer_proxy("anna", Secret(std::string("proxy secret")), true);
    ConsoleModel next(console.link, console.screens, console.store, console.clock, Console::some_hello());
    CHECK(next.proxy().mode == Mode::system);
    CHECK(next.proxy().password.text() == "proxy secret");
    CHECK(next.proxy().login_for == proxy_url);
    CHECK_FALSE(next.proxy().login_for_any);
}

TEST_CASE("settings that do not change keep the password") {
    Console console;
    console.store.kept.proxy = proxy_url;
    console.store.kept.proxy_user = "anna";
    console.store.password = Secret(std::string("kept"));
    ConsoleModel model(console.link, console.screens, console.store, console.clock, Console::some_hello());
    model.change_proxy(custom("anna"));
    CHECK(model.proxy().password.text() == "kept");
    CHECK(console.store.password.text() == "kept");
}

TEST_CASE("a proxy of the command line is for this run only") {
    Console console;
    console.model.use_proxy(custom("anna"));
    CHECK(console.store.saves == 0);
    console.model.log_in(console.hub, {}, "anna", "secret");
    CHECK(console.link.targets.back().proxy.url == proxy_url);
}
