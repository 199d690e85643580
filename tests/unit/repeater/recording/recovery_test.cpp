#include "repeater/recording/recovery.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "tests/unit/db/scratch.hpp"
#include "tests/unit/repeater/recording/movie.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    hub::RecordingRecord row{"1-a", 1, "1-a.part1.fbs", hub::RecordingState::interrupted, 1'000, 0, 0, ""};
    Bytes movie;

    Fixture() {
        fbs::append_header(movie, test::screen());
        fbs::append_blocks(movie, as_bytes("first"), 40);
        fbs::append_blocks(movie, as_bytes("second"), 1'250);
    }
    hub::RecordingRecord recovered(std::size_t bytes) const {
        std::ofstream(folder / row.file, std::ios::binary) << as_text(ByteView{movie.data(), bytes});
        return recording::recovered(folder.path(), row);
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what a killed hub wrote is measured, and the side file says so") {
    const auto found = recovered(movie.size());
    CHECK(found.state == hub::RecordingState::interrupted);
    CHECK(found.duration_ms == 1'250);
    CHECK(found.bytes == movie.size());
    const auto facts = fbs::read_part_facts(folder / "1-a.part1.json");
    CHECK(facts.state == "interrupted");
    CHECK(facts.size == Size{800, 600});
}

TEST_CASE_METHOD(Fixture, "a movie cut anywhere has the duration of its last whole block") {
    for (std::size_t bytes = 0; bytes < movie.size(); bytes += 3) {
        const auto found = recovered(bytes);
        CHECK(found.bytes == bytes);
        CHECK(found.duration_ms == (bytes >= movie.size() - 16 ? 40 : 0));
    }
}

TEST_CASE_METHOD(Fixture, "a length from a damaged file leads nowhere outside it") {
    movie[movie.size() - 16] = 0xFF;
    CHECK(recovered(movie.size()).duration_ms == 40);
}

TEST_CASE_METHOD(Fixture, "a movie that is not there is said so") {
    const auto found = recording::recovered(folder.path(), row);
    CHECK(found.bytes == 0);
    CHECK(found.detail == "the file is not there");
}
