#include "rfb-ext/ui/mailbox.hpp"

#include <catch2/catch.hpp>

#include <FL/Fl.H>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

using pronto::ui::Mailbox;

namespace {

/// Runs FLTK's loop until `done`, as a program does; a deadline turns a lost letter into a failure.
template <class Done>
bool run_until(Done done) {
    Fl::lock();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done() && std::chrono::steady_clock::now() < deadline) Fl::wait(0.1);
    return done();
}

}  // namespace

TEST_CASE("letters of several threads all arrive on the main thread, each thread's in order") {
    Fl::lock();
    Mailbox mailbox;
    constexpr int each = 2'000;  // more than FLTK's own ring holds
    const auto main = std::this_thread::get_id();
    std::vector<int> first, second;
    bool elsewhere = false;
    const auto send = [&](std::vector<int>& to) {
        for (int i = 0; i < each; ++i)
            mailbox.post([&, i] {
                elsewhere = elsewhere || std::this_thread::get_id() != main;
                to.push_back(i);
            });
    };
    std::thread a([&] { send(first); }), b([&] { send(second); });
    const bool done = run_until([&] { return first.size() == each && second.size() == each; });
    a.join();
    b.join();
    REQUIRE(done);
    CHECK(std::is_sorted(first.begin(), first.end()));
    CHECK(std::is_sorted(second.begin(), second.end()));
    CHECK_FALSE(elsewhere);
}

TEST_CASE("a letter posted by a letter arrives too") {
    Fl::lock();
    Mailbox mailbox;
    int seen = 0;
    mailbox.post([&] { mailbox.post([&] { seen = 2; }); });
    CHECK(run_until([&] { return seen == 2; }));
}

TEST_CASE("letters to a mailbox that is gone are thrown away") {
    Fl::lock();
    Mailbox other;
    bool read = false, after = false;
    std::function<void(Mailbox::Letter)> slot;
    {
        Mailbox gone;
        slot = gone.slot();
        gone.post([&] { read = true; });
    }
    slot([&] { read = true; });
    other.post([&] { after = true; });
    REQUIRE(run_until([&] { return after; }));
    CHECK_FALSE(read);
}

TEST_CASE("a letter may end its own mailbox; those behind it are not read") {
    Fl::lock();
    auto mailbox = std::make_unique<Mailbox>();
    Mailbox other;
    bool behind = false, after = false;
    mailbox->post([&] { mailbox.reset(); });
    mailbox->post([&] { behind = true; });
    other.post([&] { after = true; });
    REQUIRE(run_until([&] { return after; }));
    CHECK_FALSE(behind);
}
