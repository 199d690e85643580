#include "rfb-ext/fbs/movie_screen.hpp"

#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/finish_files.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

/// A finished movie of 12 s with a key frame every half second or so, and its facts.
std::filesystem::path finished_movie(const Folder& folder) {
    const auto part = folder / "1-aa.part1.fbs";
    save(part, busy_movie(12));
    fbs::FinishOptions options;
    options.out = folder / "1-aa.fbs";
    options.movie.change_ms = 500;
    options.movie.key_frame_sizes = 1;
    fbs::finish_files({part}, options);
    return options.out;
}

/// What somebody who watches from the start sees at each of these moments.
std::map<std::uint32_t, vnc::Picture> drawn_in_order(const std::filesystem::path& path,
                                                     const std::set<std::uint32_t>& moments) {
    std::map<std::uint32_t, vnc::Picture> seen;
    fbs::MovieFile movie(path);
    auto message = movie.next();
    fbs::MovieDecoder decoder(*movie.init());
    for (const auto at_ms : moments) {
        for (; message && message->at_ms <= at_ms; message = movie.next()) REQUIRE(decoder.draw(*message).has_value());
        seen[at_ms] = decoder.picture();
    }
    return seen;
}

std::string why(const std::filesystem::path& movie, std::uint32_t at_ms) {
    try {
        fbs::MovieScreen screen(movie);
        screen.show(at_ms);
    } catch (const std::runtime_error& refused) {
        return refused.what();
    }
    return "";
}

}  // namespace

TEST_CASE("every key frame and every moment shows what a drawing from the start shows") {
    const Folder folder;
    const auto path = finished_movie(folder);
    const auto facts = fbs::read_movie_facts(fbs::facts_file_of(path));
    REQUIRE(facts.key_frames.size() >= 10);
    fbs::MovieScreen screen(path);
    CHECK(screen.indexed());
    CHECK(screen.duration_ms() == 11'900);
    CHECK(screen.activity().size() == 12);
    std::vector<std::uint32_t> moments;
    for (const auto& one : facts.key_frames) {
        moments.push_back(one.at_ms);
        if (one.at_ms > 0) moments.push_back(one.at_ms - 1);
    }
    std::mt19937 random(7);
    for (int i = 0; i < 50; ++i) moments.push_back(static_cast<std::uint32_t>(random() % 12'500));
    std::shuffle(moments.begin(), moments.end(), random);
    const auto seen = drawn_in_order(path, {moments.begin(), moments.end()});
    for (const auto at_ms : moments) {
        screen.show(at_ms);
        CHECK(screen.at_ms() == at_ms);
        CHECK(difference(screen.picture(), seen.at(at_ms)) == 0);
    }
    CHECK(screen.problem() == "");
}

TEST_CASE("playing on enters nothing anew and says what has changed") {
    const Folder folder;
    const auto path = finished_movie(folder);
    fbs::MovieScreen screen(path);
    vnc::Picture shown = screen.picture();
    int steps = 0;
    for (auto next = screen.next_change(); next && steps < 60; next = screen.next_change(), ++steps) {
        CHECK(*next > screen.at_ms());
        screen.show(*next);
        const auto area = screen.changed();
        for (int y = area.y; y < area.y + area.height; ++y)
            std::copy_n(screen.picture().row(y) + area.x, area.width, shown.row(y) + area.x);
        REQUIRE(difference(screen.picture(), shown) == 0);
    }
    CHECK(steps == 60);
    CHECK(screen.at_ms() == 6'000);
    screen.show(6'050);
    CHECK(screen.changed().empty());
    screen.show(12'000);
    CHECK_FALSE(screen.next_change().has_value());
}

TEST_CASE("resizes and cursors are found again after a jump") {
    const Folder folder;
    const auto real = record_session(-1);
    const auto part = folder / "1-aa.part1.fbs";
    save(part, real.file);
    fbs::FinishOptions options;
    options.out = folder / "1-aa.fbs";
    options.keep_parts = true;
    fbs::finish_files({part}, options);
    for (const auto& path : {options.out, part}) {
        fbs::MovieScreen screen(path);
        CHECK(screen.indexed() == (path == options.out));
        CHECK(screen.duration_ms() == 300);
        if (screen.indexed()) CHECK(screen.largest_size() == Size{640, 420});
        for (const std::size_t step : {3, 0, 2, 1, 3}) {
            screen.show(static_cast<std::uint32_t>(step) * 100 + 50);
            CHECK(difference(screen.picture(), real.steps[step]) == 0);
            CHECK(screen.cursor().size == (step == 3 ? Size{2, 2} : Size{}));
        }
    }
}

TEST_CASE("a movie without facts is shown from its start, and the pointer where it says") {
    const Folder folder;
    const auto path = folder / "others.fbs";
    Bytes file = small_movie();
    fbs::append_blocks(file, update(std::vector<Bytes>{}), 35);
    fbs::append_blocks(file, update({rectangle({3, 2, 0, 0}, wire::encoding::pointer_pos, Bytes{})}), 40);
    save(path, file);
    fbs::MovieScreen screen(path);
    CHECK_FALSE(screen.indexed());
    CHECK_FALSE(screen.drawn());
    CHECK(screen.duration_ms() == 40);
    CHECK(screen.next_change() == 10U);
    screen.show(40);
    CHECK(screen.picture().row(1)[4] == 0x0000FF);
    CHECK(screen.pointer() == Point{3, 2});
    screen.show(19);
    CHECK(screen.picture().row(1)[1] == 0xFF0000);
    CHECK_FALSE(screen.pointer().has_value());
    screen.show(30);
    CHECK(screen.next_change() == 40U);  // time that passes is no change
}

TEST_CASE("an index that is not the movie's is named, with what helps") {
    const Folder folder;
    const auto path = finished_movie(folder);
    const auto beside = fbs::facts_file_of(path);
    const auto facts = fbs::read_movie_facts(beside);
    const auto with = [&](auto change) {
        auto other = facts;
        change(other);
        write_file_atomically(beside, fbs::to_json(other));
        return why(path, facts.key_frames[5].at_ms + 10);
    };
    const auto help = Catch::Contains("pronto-fbs index " + path.string());
    CHECK(with([](auto&) {}) == "");
    CHECK_THAT(with([](auto& f) { f.bytes += 4; }), help && Catch::Contains("bytes, not"));
    for (const int off : {-4, 4, 8, 1'000'000'000})
        CHECK_THAT(with([&](auto& f) { f.key_frames[5].offset += static_cast<std::uint64_t>(off); }),
                   help && Catch::Contains("there is no key frame at byte"));
    CHECK_THAT(with([](auto& f) { f.key_frames[5].at_ms -= 1; }), help);
    CHECK_THAT(with([](auto& f) { f.key_frames[5].bytes += 4; }), help);
    CHECK_THAT(with([](auto& f) { f.key_frames[5].offset = f.key_frames[4].offset; }), help);
    write_file_atomically(beside, "{}");
    CHECK_THAT(why(path, 0), help);
}

TEST_CASE("a damaged movie is shown as far as it goes; no movie is none") {
    const Folder folder;
    const auto path = folder / "others.fbs";
    Bytes file = small_movie();
    fbs::append_blocks(file, bytes({99}), 40);
    save(path, file);
    fbs::MovieScreen screen(path);
    CHECK(screen.duration_ms() == 30);
    CHECK_THAT(screen.problem(), Catch::Contains("others.fbs: "));
    for (int twice = 0; twice < 2; ++twice) {
        screen.show(50);
        CHECK(screen.picture().row(1)[4] == 0x0000FF);
        CHECK_FALSE(screen.next_change().has_value());
        screen.show(20);
        CHECK(screen.picture().row(1)[4] == 0xFF0000);
    }
    save(path, bytes({1, 2, 3}));
    CHECK_THAT(why(path, 0), Catch::Contains("is not a movie"));
}
