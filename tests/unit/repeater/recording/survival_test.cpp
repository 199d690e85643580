#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <catch2/catch.hpp>

#include "repeater/recording/recorder.hpp"
#include "repeater/recording/recovery.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/repeater/recording/movie.hpp"

using namespace pronto;

namespace {

/// Numbered messages, one about every millisecond, each reported to the pipe after it was handed over. Never returns.
[[noreturn]] void record_for_ever(const std::filesystem::path& folder, int report) {
    const SystemClock clock;
    recording::Recorder::Options options;
    options.folder = folder;
    recording::Recorder recorder(options, clock);
    auto part = recorder.start("1-a", 1, {});
    part->header(test::screen());
    for (std::uint32_t n = 0;; ++n) {
        Bytes message;
        append_u32(message, n);
        part->message(message);
        const auto now = clock.unix_now();
        if (::write(report, &now, sizeof now) != sizeof now) ::_exit(1);
        ::usleep(1'000);
    }
}

}  // namespace

TEST_CASE("a killed hub loses at most the last two seconds, and its movie can be read") {
    const test::Scratch folder;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) record_for_ever(folder.path(), pipe[1]);
    ::close(pipe[1]);
    // Kill it in the middle: after three seconds' worth of messages by its own clock.
    std::vector<UnixMillis> handed_over;
    UnixMillis at = 0;
    while (::read(pipe[0], &at, sizeof at) == sizeof at) {
        handed_over.push_back(at);
        if (handed_over.back() - handed_over.front() >= 3'000) break;
    }
    REQUIRE(::kill(child, SIGKILL) == 0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    while (::read(pipe[0], &at, sizeof at) == sizeof at) handed_over.push_back(at);
    ::close(pipe[0]);

    const auto blocks = test::blocks_of(folder / "1-a.part1.fbs");
    REQUIRE(blocks.has_value());
    REQUIRE(blocks->size() > 4);
    const std::size_t kept = blocks->size() - 4;
    for (std::size_t n = 0; n < kept; ++n) REQUIRE(load_u32(as_bytes(blocks->at(n + 4).data).data()) == n);
    REQUIRE(kept <= handed_over.size() + 1);
    const auto lost_ms = kept >= handed_over.size() ? 0 : handed_over.back() - handed_over[kept - 1];
    INFO("lost " << lost_ms << " ms, " << handed_over.size() - std::min(kept, handed_over.size()) << " messages");
    CHECK(lost_ms <= 2'000);

    hub::RecordingRecord row{"1-a", 1, "1-a.part1.fbs", hub::RecordingState::interrupted, handed_over.front(), 0,
                             0,     ""};
    CHECK(recording::recovered(folder.path(), row).duration_ms == blocks->back().at_ms);
}
