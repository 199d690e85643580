#include <sys/resource.h>
#include <csignal>
#include <fstream>

#include <catch2/catch.hpp>

#include "repeater/recording/hub_keys.hpp"
#include "repeater/recording/recorder.hpp"
#include "repeater/recording/recovery.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/repeater/recording/movie.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"

using namespace pronto;
using Catch::Matchers::Contains;
using hub::RecordingState;
using recording::Recorder;
using test::Told;

namespace {

constexpr std::size_t header_blocks = 4;
const Bytes update(1'000, 0x5A);

struct Fixture {
    test::Scratch scratch;
    std::filesystem::path folder = scratch / "recordings";
    std::filesystem::path file = folder / "1-a.part1.fbs";
    ManualClock clock;
    Told told;
    std::shared_ptr<const fbs::KeyRing> keys = std::make_shared<fbs::KeyRing>(test::ring());

    Recorder::Options options() const {
        Recorder::Options options;
        options.folder = folder;
        options.seal_with = keys;
        return options;
    }
    std::vector<test::Block> blocks() const {
        const auto plain = scratch / "plain.fbs";
        std::ofstream out(plain, std::ios::binary);
        fbs::copy_plain(*fbs::open_plain(file, keys.get()), [&](ByteView bytes) { out << as_text(bytes); });
        out.close();
        return test::blocks_of(plain).value();
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a sealed part holds what was handed over, and nothing of it can be read without the key") {
    {
        Recorder recorder(options(), clock);
        auto part = recorder.start("1-a", 1, false, told.listener());
        part->header(test::screen());
        part->flush();
        for (int i = 0; i < 3'000; ++i) part->message(update);  // in several writes, each of many pieces
        clock.advance(Millis{1'250});
        part->message(as_bytes("a secret that was on the screen"));
        part->close();
        part->flush();
    }
    const auto found = blocks();
    REQUIRE(found.size() == header_blocks + 3'001);
    CHECK(found.at(3).data == "PC");
    CHECK(found.at(100).data == as_text(update));
    CHECK(found.back().data == "a secret that was on the screen");
    CHECK(found.back().at_ms == 1'250);
    CHECK(told.row(2).state == RecordingState::complete);
    CHECK(told.row(2).bytes == std::filesystem::file_size(file));
    CHECK_FALSE(fbs::open_plain(file, keys.get())->lacks_end());
    const auto content = read_file(file, 16 << 20);
    CHECK(content.starts_with("PRONTO SEALED 1\n1-a.part1.fbs\n"));
    for (const char* word : {"FBS 001.000", "RFB 003", "secret", "ZZZZZZZZ"}) CHECK(content.find(word) == content.npos);
}

TEST_CASE_METHOD(Fixture, "a full disk fails a sealed recording and keeps what is whole") {
    std::signal(SIGXFSZ, SIG_IGN);
    Recorder recorder(options(), clock);
    auto part = recorder.start("1-a", 1, false, told.listener());
    part->header(test::screen());
    for (int i = 0; i < 10; ++i) part->message(update);
    part->flush();
    const auto whole = std::filesystem::file_size(file);

    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{whole + 300'000, before.rlim_max};  // so that a first write of several fits
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    part->message(Bytes(600'000, 1));
    part->flush();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

    CHECK(told.row(2).state == RecordingState::failed);
    CHECK(told.row(2).bytes == whole);
    CHECK(std::filesystem::file_size(file) == whole);
    CHECK(blocks().size() == header_blocks + 10);
    CHECK(fbs::open_plain(file, keys.get())->lacks_end());
}

TEST_CASE_METHOD(Fixture, "a sealed part that a killed hub left has the duration of its last whole piece") {
    std::filesystem::create_directory(folder);
    Bytes first, second;
    fbs::append_header(first, test::screen());
    fbs::append_blocks(first, as_bytes("first"), 40);
    fbs::append_blocks(second, as_bytes("second"), 1'250);
    const auto whole = test::sealed({first, second}, false, "1-a.part1.fbs");
    const auto last = whole.size() - fbs::chunk_extra_bytes - second.size();
    const auto before = last - fbs::chunk_extra_bytes - first.size();
    const hub::RecordingRecord row{"1-a", 1, "1-a.part1.fbs", RecordingState::interrupted, 1'000, 0, 0, ""};
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::ofstream(file, std::ios::binary) << as_text(ByteView(whole).first(size));
        const auto found = recording::recovered(folder, row, keys.get());
        CHECK(found.bytes == size);
        CHECK(found.duration_ms == (size == whole.size() ? 1'250 : size >= last ? 40 : 0));
        CHECK(found.detail == "the hub was not running when it ended");
        if (size >= last) CHECK(fbs::read_part_facts(folder / "1-a.part1.json").size == Size{800, 600});
    }
    auto changed = whole;
    changed[last + 10] ^= 1;
    std::ofstream(file, std::ios::binary) << as_text(changed);
    CHECK(recording::recovered(folder, row, keys.get()).duration_ms == 40);
    changed[before + 10] ^= 1;
    std::ofstream(file, std::ios::binary) << as_text(changed);
    CHECK(recording::recovered(folder, row, keys.get()).duration_ms == 0);
}

TEST_CASE_METHOD(Fixture, "without its key a killed hub's sealed part keeps what is known of it") {
    {
        Recorder recorder(options(), clock);
        auto part = recorder.start("1-a", 1, false, told.listener());
        part->header(test::screen());
        part->flush();
    }
    auto row = told.row(1);
    row.duration_ms = 700;
    const auto other = test::ring("2");
    for (const auto* wrong : {static_cast<const fbs::KeyRing*>(nullptr), &other}) {
        const auto found = recording::recovered(folder, row, wrong);
        CHECK(found.duration_ms == 700);
        CHECK(found.bytes == std::filesystem::file_size(file));
        CHECK_THAT(found.detail, Contains("sealed with the hub key " + keys->id()));
        CHECK(fbs::read_part_facts(folder / "1-a.part1.json").size == Size{800, 600});
    }
}

TEST_CASE_METHOD(Fixture, "a key file that lies with what it seals is refused, by whatever way it is named") {
    const auto data = scratch / "data", elsewhere = scratch / "etc";
    std::filesystem::create_directories(data / "deep");
    std::filesystem::create_directories(elsewhere);
    std::filesystem::create_directory_symlink(data, elsewhere / "link");
    const auto outside = [&](const std::filesystem::path& key) { recording::expect_key_outside(key, {data, folder}); };
    CHECK_NOTHROW(outside(elsewhere / "hub.key"));
    CHECK_NOTHROW(outside(scratch / "database.key"));
    CHECK_NOTHROW(outside(data / ".." / "etc" / "hub.key"));
    for (const auto& key : {data / "hub.key", data / "deep" / "hub.key", data / "none" / "hub.key", folder / "hub.key",
                            elsewhere / ".." / "data" / "hub.key", elsewhere / "link" / "hub.key"})
        CHECK_THROWS_WITH(outside(key), Contains("Keep it elsewhere"));
}
