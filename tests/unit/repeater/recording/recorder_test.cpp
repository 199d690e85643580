#include "repeater/recording/recorder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <csignal>

#include <catch2/catch.hpp>

#include "rfb-ext/fbs/part_facts.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/repeater/recording/movie.hpp"

using namespace pronto;
using hub::RecordingState;
using recording::Recorder;
using test::Told;

namespace {

constexpr std::size_t header_blocks = 4;
const Bytes update(1'000, 0x5A);

struct Fixture {
    test::Scratch scratch;
    std::filesystem::path folder = scratch / "recordings";
    ManualClock clock;
    Told told;

    Recorder::Options options() const {
        Recorder::Options options;
        options.folder = folder;
        return options;
    }
    std::filesystem::path file(const std::string& name = "1-a.part1.fbs") const { return folder / name; }
    fbs::PartFacts facts() const { return fbs::read_part_facts(folder / "1-a.part1.json"); }
};

unsigned mode_of(const std::filesystem::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a movie holds what was handed over, with the times of handing over") {
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    clock.advance(Millis{5'000});  // before the first picture: no time of the movie
    part->header(test::screen());
    part->message(as_bytes("first"));
    clock.advance(Millis{1'250});
    part->message(as_bytes("second"));
    CHECK(part->facts().duration_ms == 1'250);
    CHECK(part->facts().messages == 2);
    clock.advance(Millis{60'000});  // nothing changes any more, and yet it is a minute of the movie
    part->close();
    part->flush();

    const auto blocks = test::blocks_of(file());
    REQUIRE(blocks.has_value());
    REQUIRE(blocks->size() == header_blocks + 3);
    CHECK(blocks->at(6).data == std::string(4, '\0'));  // an update without rectangles
    CHECK(blocks->at(6).at_ms == 61'250);
    CHECK(part->facts().duration_ms == 61'250);
    CHECK(part->facts().messages == 2);
    CHECK(blocks->at(0).data == "RFB 003.003\n");
    CHECK(blocks->at(3).data == "PC");
    CHECK(blocks->at(4).data == "first");
    CHECK(blocks->at(4).at_ms == 0);
    CHECK(blocks->at(5).data == "second");
    CHECK(blocks->at(5).at_ms == 1'250);
    CHECK(part->facts().bytes == std::filesystem::file_size(file()));
}

TEST_CASE_METHOD(Fixture, "its row tells the start and the end, its side file too") {
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    CHECK_FALSE(std::filesystem::exists(file()));
    part->header(test::screen());
    const auto start = told.row(1);
    CHECK(start.session == "1-a");
    CHECK(start.part == 1);
    CHECK(start.file == "1-a.part1.fbs");
    CHECK(start.state == RecordingState::writing);
    CHECK(start.started == clock.unix_now());
    part->flush();
    CHECK(facts().state == "writing");
    part->message(update);
    clock.advance(Millis{2'000});
    part->message(update);
    part->close();
    part->message(update);  // too late, ignored
    part->flush();
    const auto end = told.row(2);
    CHECK(end.state == RecordingState::complete);
    CHECK(end.duration_ms == 2'000);
    CHECK(end.bytes == std::filesystem::file_size(file()));
    CHECK(end.detail.empty());
    CHECK(told.count() == 2);
    CHECK(facts().state == "complete");
    CHECK(facts().size == Size{800, 600});
    CHECK_FALSE(facts().continues);
    CHECK(facts().duration_ms == 2'000);
}

TEST_CASE_METHOD(Fixture, "movies are private") {
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, {});
    part->header(test::screen());
    part->flush();
    CHECK(mode_of(folder) == 0700);
    CHECK(mode_of(file()) == 0600);
    part->close();
    part->flush();
    CHECK(mode_of(folder / "1-a.part1.json") == 0600);
}

TEST_CASE_METHOD(Fixture, "what was handed over is on disk before long without anybody asking") {
    auto quick = options();
    quick.hold = Millis{20};
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    quick.open = [&](const std::filesystem::path&) { return pipe[1]; };
    Recorder recorder(quick, clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    std::array<char, 4096> arrived{};
    REQUIRE(::read(pipe[0], arrived.data(), arrived.size()) > 0);  // the header
    part->message(as_bytes("hello"));
    CHECK(::read(pipe[0], arrived.data(), arrived.size()) == 4 + 8 + 4);  // blocks until it comes
    part->close();
    part->flush();  // before nobody reads any more
    ::close(pipe[0]);
}

TEST_CASE_METHOD(Fixture, "a session without a picture leaves no file and says nothing") {
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->message(update);
    part->close();
    part->flush();
    CHECK(std::filesystem::is_empty(folder));
    CHECK(told.count() == 0);
}

TEST_CASE_METHOD(Fixture, "the end of the recorder completes every part") {
    std::unique_ptr<recording::Part> first;
    {
        Recorder recorder(options(), clock);
        first = recorder.start("1-a", 1, false, told.listener());
        auto second = recorder.start("1-b", 1, false, {});
        for (auto* part : {first.get(), second.get()}) {
            part->header(test::screen());
            for (int i = 0; i < 1'000; ++i) part->message(update);
        }
    }
    CHECK(test::blocks_of(file())->size() == header_blocks + 1'000);
    CHECK(test::blocks_of(file("1-b.part1.fbs"))->size() == header_blocks + 1'000);
    CHECK(told.row(2).state == RecordingState::complete);
    first->message(update);  // harmless
}

TEST_CASE_METHOD(Fixture, "a folder that cannot be made is an error at the start") {
    auto impossible = options();
    impossible.folder = "/dev/null/recordings";
    CHECK_THROWS_WITH(Recorder(impossible, clock), Catch::Contains("/dev/null/recordings"));
}

TEST_CASE_METHOD(Fixture, "a session id that would leave the folder is refused") {
    Recorder recorder(options(), clock);
    for (const char* id : {"", "../x", "a/b", "a.b", "a b"})
        CHECK_THROWS_AS(recorder.start(id, 1, false, {}), std::logic_error);
}

TEST_CASE_METHOD(Fixture, "a folder that went away fails the recording once, with the reason") {
    Recorder recorder(options(), clock);
    std::filesystem::remove_all(folder);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    const auto row = told.row(2);
    CHECK(row.state == RecordingState::failed);
    CHECK_THAT(row.detail, Catch::Contains("1-a.part1.fbs") && Catch::Contains("No such file"));
    part->message(update);
    part->close();
    part->flush();
    CHECK(told.count() == 2);
}

TEST_CASE_METHOD(Fixture, "an existing movie is never overwritten") {
    Recorder recorder(options(), clock);
    write_file_atomically(file(), "precious");
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    CHECK(told.row(2).state == RecordingState::failed);
    part->close();
    part->flush();
    CHECK(read_file(file()) == "precious");
}

TEST_CASE_METHOD(Fixture, "a full disk fails the recording and keeps what is whole") {
    std::signal(SIGXFSZ, SIG_IGN);
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    for (int i = 0; i < 10; ++i) part->message(update);
    part->flush();
    const auto whole = std::filesystem::file_size(file());

    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{whole + 500, before.rlim_max};  // half a message fits
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    part->message(update);
    part->flush();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

    const auto row = told.row(2);
    CHECK(row.state == RecordingState::failed);
    CHECK_THAT(row.detail, Catch::Contains("cannot write"));
    CHECK(row.bytes == whole);
    CHECK(std::filesystem::file_size(file()) == whole);
    CHECK(test::blocks_of(file())->size() == header_blocks + 10);
    CHECK(facts().state == "failed");
    part->message(update);
    part->close();
    part->flush();
    CHECK(told.count() == 2);
}

TEST_CASE_METHOD(Fixture, "no space left on the device is told in the system's words") {
    auto full = options();
    full.open = [](const std::filesystem::path&) { return ::open("/dev/full", O_WRONLY | O_CLOEXEC); };
    Recorder recorder(full, clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    CHECK_THAT(told.row(2).detail, Catch::Contains("No space left on device"));
}

TEST_CASE_METHOD(Fixture, "a disk that hangs delays neither the relay nor other movies, and is given up") {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);  // nobody reads: write() blocks after 64 KB
    auto slow = options();
    slow.longest_queue_bytes = 1'000'000;
    slow.open = [&](const std::filesystem::path& path) {
        return path.filename() == "1-a.part1.fbs" ? pipe[1]
                                                  : ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    };
    Recorder recorder(slow, clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    CHECK(told.row(1).state == RecordingState::writing);
    std::size_t handed_over = 0;
    while (told.count() < 2 && handed_over < 5'000'000) {
        part->message(update);
        handed_over += update.size();
    }
    const auto row = told.row(2);
    CHECK(row.state == RecordingState::failed);
    CHECK_THAT(row.detail, Catch::Contains("too slow"));
    CHECK(handed_over >= 900'000);
    CHECK(handed_over < 2'000'000);

    auto other = recorder.start("1-b", 1, false, {});
    other->header(test::screen());
    other->message(update);
    other->close();
    other->flush();
    CHECK(test::blocks_of(file("1-b.part1.fbs"))->size() == header_blocks + 1);

    ::close(pipe[0]);  // the hanging write fails now, so that the recorder can end
    part->flush();
    CHECK(told.count() == 2);
}

TEST_CASE_METHOD(Fixture, "one message may be larger than the queue if nothing else waits") {
    auto tight = options();
    tight.longest_queue_bytes = 10'000;
    Recorder recorder(tight, clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    part->flush();
    part->message(Bytes(700'000, 1));
    part->close();
    part->flush();
    CHECK(told.row(2).state == RecordingState::complete);
    CHECK(test::blocks_of(file())->size() == header_blocks + 3);  // 256 KB each, one time
}

TEST_CASE_METHOD(Fixture, "a recording given up by its source says why") {
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    part->message(update);
    part->flush();
    part->fail("an update of 70 MB");
    part->flush();
    CHECK(told.row(2).state == RecordingState::failed);
    CHECK(told.row(2).detail == "an update of 70 MB");
    CHECK(test::blocks_of(file())->size() == header_blocks + 1);
}
