#include "rfb-ext/tunnel/mailed_link.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using Trouble = TestHub::Trouble;

namespace {

constexpr Millis patience{20'000};

control::Hello hello() {
    control::Hello said;
    said.ticket = "1-E75B1";
    return said;
}

/// A link's owner: its mailbox, and what it heard.
struct Owner {
    TestHub hub;
    Mailbox mailbox;
    SystemClock clock;
    int opened = 0, failed = 0, joined = -1;
    std::string stream_failed;
    std::unique_ptr<MailedLink> link;

    explicit Owner(Trouble trouble = Trouble::none) : hub(trouble) {
        const Trust trust{{hub.pin()}};
        HubLink::Events events;
        events.opened = [this](const control::Welcome&) { ++opened; };
        events.failed = [this](const LinkFailure&) {
            ++failed;
            link.reset();  // what a model does that gives up
        };
        link = std::make_unique<MailedLink>(mailbox, hub.address(), trust, std::move(events));
    }
    ~Owner() {
        if (joined >= 0) ::close(joined);
    }
    bool letter() { return mailbox.wait_until(clock.now() + patience); }
    void open() {
        link->open(hello());
        while (opened == 0 && letter()) mailbox.run();
    }
    void open_stream() {
        const Preface preface{"", std::string(TestHub::stream_greeting).size(), 0};
        const control::SessionStream stream{"1-abc", "screen.1.1", TestHub::stream_token};
        link->open_stream(
            stream, preface, [this](int fd) { joined = fd; },
            [this](const LinkFailure& failure) { stream_failed = failure.error.message; });
    }
};

std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator{});
}

}  // namespace

TEST_CASE("a mailed link says everything in letters, on its owner's thread") {
    Owner owner;
    owner.link->open(hello());
    REQUIRE(owner.letter());
    CHECK(owner.opened == 0);
    owner.mailbox.run();
    CHECK(owner.opened == 1);
    owner.open_stream();
    REQUIRE(owner.letter());
    owner.mailbox.run();
    CHECK(owner.stream_failed == "");
    CHECK(owner.joined >= 0);
}

TEST_CASE("a mailed link may be thrown away by what it says") {
    Owner owner(Trouble::hello_is_refused);
    owner.link->open(hello());
    REQUIRE(owner.letter());
    owner.mailbox.run();
    CHECK(owner.failed == 1);
    CHECK_FALSE(owner.link);
}

TEST_CASE("letters under way when a mailed link goes are not read, and their descriptor is closed") {
    const auto open_before = open_descriptors();
    {
        Owner owner;
        owner.open();
        REQUIRE(owner.opened == 1);
        owner.open_stream();
        REQUIRE(owner.letter());  // with the descriptor in it
        owner.link.reset();
        owner.mailbox.run();
        CHECK(owner.joined == -1);
    }
    CHECK(open_descriptors() == open_before);
}
