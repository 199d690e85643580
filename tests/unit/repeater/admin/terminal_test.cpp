#include "repeater/admin/terminal.hpp"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace pronto;

namespace {

struct Asked {
    std::string screen;  ///< what a person sees
    int exit_code = -1;  ///< 0: the child got `expected`, 1: something else, 2: an exception
};

/// A child on a terminal of its own asks; `keys` are typed once the question is there.
Asked ask(const std::string& keys, const std::string& expected) {
    int master = -1;
    const pid_t child = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (child == 0) {
        int code = 2;
        try {
            code = admin::SystemTerminal().ask_hidden("Password: ") == expected ? 0 : 1;
        } catch (const std::runtime_error&) {
        }
        ::_exit(code);
    }
    Asked asked;
    char buffer[256];
    bool typed = false;
    for (ssize_t count = 0; (count = ::read(master, buffer, sizeof buffer)) > 0;) {
        asked.screen.append(buffer, static_cast<std::size_t>(count));
        if (typed || asked.screen.find("Password: ") == std::string::npos) continue;
        typed = true;
        REQUIRE(::write(master, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(master);
    asked.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return asked;
}

}  // namespace

TEST_CASE("a password is read without being shown") {
    const auto asked = ask("secret word\r", "secret word");
    CHECK(asked.exit_code == 0);
    CHECK(asked.screen == "Password: \r\n");
}

TEST_CASE("typing errors can be corrected, whole characters at a time") {
    CHECK(ask("secreà\x7Ft\r", "secret").exit_code == 0);
    CHECK(ask("wrong\x15secret\n", "secret").exit_code == 0);
    CHECK(ask("\x7F\x7Fx\r", "x").exit_code == 0);
}

TEST_CASE("Ctrl+C and Ctrl+D give up") {
    CHECK(ask("sec\x03", "").exit_code == 2);
    CHECK(ask("\x04", "").exit_code == 2);
}
