#include <catch2/catch.hpp>

#include <thread>
#include <vector>

#include "rfb-ext/base/mailbox.hpp"

using namespace pronto;

TEST_CASE("letters run in order, on the owner's thread, and only those that were there") {
    Mailbox mailbox;
    std::vector<int> ran;
    mailbox.post([&] {
        ran.push_back(1);
        mailbox.post([&] { ran.push_back(3); });
    });
    mailbox.post([&] { ran.push_back(2); });
    CHECK(ran.empty());
    CHECK(mailbox.run() == 2);
    CHECK(ran == std::vector{1, 2});
    CHECK(mailbox.run() == 1);
    CHECK(mailbox.run() == 0);
    CHECK(ran == std::vector{1, 2, 3});
}

TEST_CASE("the owner is woken once for a box that fills") {
    Mailbox mailbox;
    int woken = 0;
    mailbox.on_post([&] { ++woken; });
    mailbox.post([] {});
    mailbox.post([] {});
    CHECK(woken == 1);
    mailbox.run();
    mailbox.post([] {});
    CHECK(woken == 2);
}

TEST_CASE("waiting ends with a letter from another thread, or with the time") {
    Mailbox mailbox;
    const SystemClock clock;
    CHECK_FALSE(mailbox.wait_until(clock.now()));
    std::thread poster([&] { mailbox.post([] {}); });
    CHECK(mailbox.wait_until(clock.now() + Millis(60'000)));
    poster.join();
    CHECK(mailbox.wait_until(clock.now()));
    CHECK(mailbox.run() == 1);
}
