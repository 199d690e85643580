#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <atomic>
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
    auto part = recorder.start("1-a", 1, false, {});
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

constexpr int not_allowed = 77;

/// On a disk of 1 MB of its own: records until it is full. Returns how that went; 0 is as it should be.
int record_on_a_small_disk(const std::filesystem::path& folder) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") != 0)
        return not_allowed;
    const SystemClock clock;
    recording::Recorder::Options options;
    options.folder = folder / "recordings";
    recording::Recorder recorder(options, clock);
    std::atomic<bool> failed = false;
    std::string why;
    auto part = recorder.start("1-a", 1, false, [&](const hub::RecordingRecord& row) {
        if (row.state != hub::RecordingState::failed) return;
        why = row.detail;
        failed = true;
    });
    part->header(test::screen());
    const Bytes message(100'000, 1);
    for (int n = 0; n < 40 && !failed; ++n) {
        part->message(message);
        part->flush();
    }
    if (!failed || why.find("No space left on device") == std::string::npos) return 1;
    const auto blocks = test::blocks_of(options.folder / "1-a.part1.fbs");
    if (!blocks || blocks->size() < 4 + 5) return 2;
    // Room again: another session is recorded as if nothing had been.
    std::filesystem::remove(options.folder / "1-a.part1.fbs");
    std::atomic<bool> complete = false;
    auto next =
        recorder.start("1-b", 1, false, [&](const auto& row) { complete = row.state == hub::RecordingState::complete; });
    next->header(test::screen());
    next->message(message);
    next->close();
    next->flush();
    return complete ? 0 : 3;
}

}  // namespace

TEST_CASE("a disk that is really full fails the recording with a whole file, and is used again once it has room") {
    const test::Scratch folder;
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 9;
        try {
            code = record_on_a_small_disk(folder.path());
        } catch (...) {
        }
        ::_exit(code);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == not_allowed)
        WARN("no mount of its own is allowed here: not tested");
    else
        CHECK(WEXITSTATUS(status) == 0);
}

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
