#include "rfb-ext/fbs/finish.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/finish_files.hpp"
#include "rfb-ext/fbs/movie_screen.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "rfb-ext/vnc/jpeg.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "rfb-ext/vnc/tight_encoder.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;
using Catch::Matchers::Contains;

namespace {

const std::string session = "1-00000000000000aa";

fbs::PartFacts facts_of(int part, UnixMillis started) {
    fbs::PartFacts facts;
    facts.session = session;
    facts.part = part;
    facts.started = started;
    facts.size = {8, 4};
    facts.state = "complete";
    return facts;
}

/// Saves a part with its side file; returns its path.
std::filesystem::path save_part(const Folder& folder, int part, const Bytes& file, UnixMillis started = 1'000'000) {
    const auto path = folder / fbs::part_file_name(session, part);
    save(path, file);
    fbs::write_part_facts(fbs::facts_file_of(path), facts_of(part, started));
    return path;
}

fbs::FinishOptions options_for(const Folder& folder) {
    fbs::FinishOptions options;
    options.out = folder / (session + ".fbs");
    return options;
}

vnc::Picture last_picture(const std::filesystem::path& path) {
    fbs::MovieFile movie(path);
    std::optional<fbs::MovieDecoder> decoder;
    while (const auto message = movie.next()) {
        if (!decoder) decoder.emplace(*movie.init());
        REQUIRE(decoder->draw(*message).has_value());
    }
    REQUIRE(movie.error() == "");
    return decoder->picture();
}

}  // namespace

TEST_CASE("a finished movie ends in the viewer's last picture, and the parts are gone") {
    for (const int quality : {-1, 6}) {
        Folder folder;
        const RealMovie movie = record_session(quality);
        const auto part = save_part(folder, 1, movie.file);
        const auto options = options_for(folder);
        const auto facts = fbs::finish_files({part}, options);
        CHECK(difference(last_picture(options.out), movie.last) == 0);
        CHECK_FALSE(std::filesystem::exists(part));
        CHECK_FALSE(std::filesystem::exists(fbs::facts_file_of(part)));
        CHECK(facts.session == session);
        CHECK(facts.started == 1'000'000);
        CHECK(facts.bytes == std::filesystem::file_size(options.out));
        CHECK(facts.parts_bytes == movie.file.size());
        CHECK(facts.sizes == std::vector<fbs::MovieFacts::Resize>{{0, {640, 400}}, {facts.duration_ms, {500, 420}}});
        CHECK(facts.problems.empty());
        CHECK(facts.key_frames.size() == 2);  // the start and the resize
        CHECK(fbs::read_movie_facts(folder / (session + ".json")) == facts);
        CHECK(vnc::read_png(folder / (session + ".png")).size.width > 0);
        for (const auto& entry : std::filesystem::directory_iterator(options.out.parent_path()))
            CHECK((entry.status().permissions() & std::filesystem::perms::all) ==
                  (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
}

TEST_CASE("every key frame can be entered, and they come often enough") {
    Folder folder;
    const auto part = save_part(folder, 1, busy_movie(100));
    auto options = options_for(folder);
    options.keep_parts = true;
    const auto facts = fbs::finish_files({part}, options);
    CHECK(std::filesystem::exists(part));
    REQUIRE(facts.key_frames.size() >= 2);
    CHECK(facts.duration_ms == 99'900);
    CHECK(facts.activity.size() == 100);
    CHECK(facts.activity[0] == 100);
    for (std::size_t i = 1; i < facts.key_frames.size(); ++i) {
        const auto apart = facts.key_frames[i].at_ms - facts.key_frames[i - 1].at_ms;
        CHECK(apart >= 10'000);
        CHECK(apart <= 60'100);
    }
    CHECK(facts.bytes < facts.parts_bytes * 3 / 2);
}

TEST_CASE("the first key frame holds JPEG as it came if it comes with a whole screen") {
    const Size size{48, 32};
    vnc::Picture picture{size, std::vector<std::uint32_t>(48 * 32)};
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
        picture.pixels[i] = static_cast<std::uint32_t>(i * 0x030507) & 0xFFFFFF;
    const Rect left{0, 0, 32, 32}, right{32, 0, 16, 32};
    const Bytes jpeg = vnc::encode_jpeg(picture, left, 40);
    Bytes tight = bytes({0x90});
    vnc::append_compact_length(tight, jpeg.size());
    append(tight, jpeg);
    const Bytes drawn = rectangle(left, wire::encoding::tight, tight);
    const Bytes rest = rectangle(right, wire::encoding::tight, bytes({0x80, 1, 2, 3}));
    const Bytes copied = rectangle(right, wire::encoding::copy_rect, bytes({0, 0, 0, 0}));
    struct Start {
        std::vector<Bytes> rectangles;
        bool kept;
    };
    for (const auto& start : {Start{{drawn, rest}, true}, Start{{rest, rest, drawn}, true}, Start{{drawn}, false},
                              Start{{rest, rest}, false}, Start{{drawn, copied}, false}}) {
        Folder folder;
        Bytes file;
        fbs::append_header(file, {size, {}, "jpeg"});
        fbs::append_blocks(file, update(start.rectangles), 10);
        fbs::append_blocks(file, update({drawn, rest}), 20);
        const auto options = options_for(folder);
        const auto facts = fbs::finish_files({save_part(folder, 1, file)}, options);
        REQUIRE(facts.key_frames.size() == 1);
        const std::string movie = read_file(options.out);
        const auto same = [](char a, Byte b) { return static_cast<Byte>(a) == b; };
        const auto from = movie.begin() + static_cast<std::ptrdiff_t>(facts.key_frames[0].offset);
        const auto to = from + static_cast<std::ptrdiff_t>(facts.key_frames[0].bytes);
        CHECK((std::search(from, to, jpeg.begin(), jpeg.end(), same) != to) == start.kept);
    }
}

TEST_CASE("parts follow each other by the clock; what lies between them is a gap") {
    Folder folder;
    const std::vector parts{save_part(folder, 1, small_movie(), 1'000'000),
                            save_part(folder, 2, small_movie(), 1'005'000)};
    const auto facts = fbs::finish_files(parts, options_for(folder));
    CHECK(facts.duration_ms == 5'030);
    CHECK(facts.parts == 2);
    CHECK(facts.gaps == std::vector<fbs::MovieFacts::Gap>{{30, 5'000, false}});
    REQUIRE(facts.key_frames.size() == 2);
    CHECK(facts.key_frames[1].at_ms == 5'010);
    CHECK(facts.activity == std::vector<int>{100, 0, 0, 0, 0, 100});
}

TEST_CASE("what lies behind a paused part is a pause, and what goes on follows without a gap") {
    Folder folder;
    const std::vector parts{save_part(folder, 1, small_movie(), 1'000'000), save_part(folder, 2, small_movie(), 1'005'000),
                            save_part(folder, 3, small_movie(), 1'009'000)};
    const auto change = [](const std::filesystem::path& part, auto what) {
        auto facts = fbs::read_part_facts(fbs::facts_file_of(part));
        what(facts);
        fbs::write_part_facts(fbs::facts_file_of(part), facts);
    };
    change(parts[0], [](auto& facts) { facts.paused = true; });
    change(parts[2], [](auto& facts) { facts.continues = true; });
    const auto facts = fbs::finish_files(parts, options_for(folder));
    CHECK(facts.gaps == std::vector<fbs::MovieFacts::Gap>{{30, 5'000, true}});
    CHECK(facts.duration_ms == 9'030);
    CHECK(fbs::read_movie_facts(folder / (session + ".json")) == facts);
    CHECK(in_words(facts, "m.fbs").find("the recording was paused from 30 to 5000 ms") != std::string::npos);
}

TEST_CASE("a part that is not there is named, and the others stay") {
    Folder folder;
    const std::vector parts{save_part(folder, 1, small_movie(), 1'000'000), save_part(folder, 3, small_movie(), 1'005'000)};
    const auto facts = fbs::finish_files(parts, options_for(folder));
    CHECK(facts.problems == std::vector<std::string>{"part 2 is not there"});
    CHECK(facts.damaged);
    CHECK(std::filesystem::exists(parts[0]));
}

TEST_CASE("some of the parts do not replace the movie that was made of all; without side files its session is known") {
    Folder folder;
    auto options = options_for(folder);
    options.keep_parts = true;
    const std::vector parts{save_part(folder, 1, small_movie(), 1'000'000), save_part(folder, 2, small_movie(), 1'005'000)};
    std::filesystem::remove(fbs::facts_file_of(parts[0]));
    CHECK(fbs::finish_files(parts, options).session == session);
    CHECK_THROWS_WITH(fbs::finish_files({parts[1]}, options), Contains("was made of 2 parts, and here are 1"));
    CHECK(fbs::read_movie_facts(folder / (session + ".json")).parts == 2);
}

TEST_CASE("a part that goes on keeps the zlib streams of the one before, in another pixel format") {
    Folder folder;
    Deflater deflate;
    Bytes first;
    fbs::append_header(first, small_init());
    const auto packed = [](std::size_t pixels, std::initializer_list<unsigned> colour) {
        Bytes made;
        for (std::size_t i = 0; i < pixels; ++i) append(made, bytes(colour));
        return made;
    };
    const auto whole = [](const Bytes& data) { return update({rectangle({0, 0, 8, 4}, wire::encoding::tight, data)}); };
    fbs::append_blocks(first, whole(joined({bytes({0}), deflate(packed(32, {255, 0, 0}))})), 10);
    auto init = small_init();
    init.format = {16, 16, false, true, 31, 63, 31, 11, 5, 0};
    Bytes second;
    fbs::append_header(second, init);
    fbs::append_blocks(second, whole(joined({bytes({0}), deflate(packed(32, {0xE0, 0x07}))})), 10);
    const std::vector parts{save_part(folder, 1, first), save_part(folder, 2, second)};
    auto going_on = facts_of(2, 1'000'020);
    going_on.continues = true;
    fbs::write_part_facts(fbs::facts_file_of(parts[1]), going_on);
    const auto options = options_for(folder);
    const auto facts = fbs::finish_files(parts, options);
    CHECK(facts.problems.empty());
    CHECK(last_picture(options.out).row(2)[3] == 0x00FF00);
}

TEST_CASE("a part cut anywhere gives what is whole") {
    const Bytes whole = small_movie();
    for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
        Folder folder;
        const auto part = save_part(folder, 1, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)));
        const auto options = options_for(folder);
        try {
            const auto facts = fbs::finish_files({part}, options);
            CHECK_FALSE(facts.damaged);
            last_picture(options.out);
            CHECK_FALSE(std::filesystem::exists(part));
        } catch (const std::runtime_error&) {
            CHECK(cut < 120);  // before the first picture
            CHECK(std::filesystem::exists(part));
            CHECK_FALSE(std::filesystem::exists(options.out));
        }
    }
}

TEST_CASE("a damaged part is drawn as far as it goes, and kept") {
    Folder folder;
    Bytes file = small_movie();
    fbs::append_blocks(file, bytes({99}), 40);
    const auto part = save_part(folder, 1, file);
    const auto options = options_for(folder);
    const auto facts = fbs::finish_files({part}, options);
    CHECK(facts.damaged);
    REQUIRE(facts.problems.size() == 1);
    CHECK_THAT(facts.problems[0], Catch::StartsWith(session + ".part1.fbs: "));
    CHECK(std::filesystem::exists(part));
    CHECK(last_picture(options.out).row(1)[4] == 0x0000FF);
}

TEST_CASE("a movie that is not what was recorded is not accepted") {
    Folder folder;
    const auto part = save_part(folder, 1, busy_movie(12));
    const auto write = [&](Bytes& file) {
        fbs::Parts parts({part});
        return fbs::write_canonical(
            parts, {.change_ms = 1'000, .key_frame_sizes = 1}, [&](ByteView bytes) { append(file, bytes); },
            [](double) {});
    };
    Bytes good;
    const auto made = write(good);
    const auto check = [&](const Bytes& file, const fbs::MovieFacts& facts) -> std::string {
        save(folder / "made.fbs", file);
        fbs::Parts parts({part});
        fbs::MovieFile movie(folder / "made.fbs");
        try {
            fbs::check_canonical(parts, facts, movie, [](double) {});
        } catch (const std::runtime_error& refused) {
            return refused.what();
        }
        return "";
    };
    CHECK(check(good, made.facts) == "");
    REQUIRE(made.facts.key_frames.size() >= 2);
    auto wrong_index = made.facts;
    wrong_index.key_frames[1].offset += 4;
    CHECK_THAT(check(good, wrong_index), Catch::Contains("there is no such key frame"));
    Bytes short_one(good.begin(), good.end() - 50);
    CHECK_THAT(check(short_one, made.facts), Catch::Contains("the movie ends too early"));
    std::size_t noticed = 0;
    for (std::size_t i = 0; i < 20; ++i) {
        Bytes damaged = good;
        damaged[good.size() / 2 + i * 997 % (good.size() / 2)] ^= 0x10;
        noticed += check(damaged, made.facts) != "" ? 1 : 0;
    }
    CHECK(noticed >= 15);  // a flipped bit between two key frames may be drawn over before the next one
}

TEST_CASE("sealed parts become a sealed movie and poster, which show the same") {
    Folder folder, plain_folder;
    const auto first = busy_movie(20), second = busy_movie(15);
    const auto plain_parts = {save_part(plain_folder, 1, first), save_part(plain_folder, 2, second, 1'030'000)};
    const auto plain = fbs::finish_files(plain_parts, options_for(plain_folder));
    const auto seal = [](const Bytes& movie, int part) {
        return sealed({movie}, true, fbs::part_file_name(session, part));
    };
    const std::vector parts{save_part(folder, 1, seal(first, 1)), save_part(folder, 2, seal(second, 2), 1'030'000)};
    const auto options = options_for(folder);
    CHECK_THROWS_WITH(fbs::finish_files(parts, options), Contains("part1.fbs is sealed: say --key-file"));
    CHECK_THROWS_WITH(fbs::finish_files(parts, options, std::make_unique<fbs::KeyRing>(ring("2"))),
                      Contains("part1.fbs is sealed with the hub key " + ring().id()));
    CHECK(std::filesystem::exists(parts[0]));
    // A rotated key: what is new is sealed with the first.
    const auto facts = fbs::finish_files(parts, options, std::make_unique<fbs::KeyRing>(ring("21")));
    CHECK(facts == plain);
    CHECK_FALSE(std::filesystem::exists(parts[0]));
    CHECK(fbs::plain_size(options.out) == facts.bytes);
    const auto keys = ring("2");
    for (const auto* name : {".fbs", ".png"}) {
        const auto file = fbs::open_plain(folder / (session + name), &keys);
        CHECK(file->sealed_name() == session + name);
        Bytes content(facts.bytes + 1'000'000), same(content.size());
        content.resize(fbs::read_full(*file, 0, content));
        same.resize(fbs::read_full(*fbs::open_plain(plain_folder / (session + name), nullptr), 0, same));
        CHECK(content == same);
        CHECK_FALSE(file->lacks_end());
    }
    fbs::MovieScreen shown(options.out, &keys), expected(plain_folder / (session + ".fbs"));
    for (const std::uint32_t at_ms : {31'000u, 2'050u, 17'777u, 0u, 44'900u, 9'999u}) {
        shown.show(at_ms);
        expected.show(at_ms);
        CHECK(difference(shown.picture(), expected.picture()) == 0);
    }
}

TEST_CASE("plain parts become a sealed movie only if that is asked for") {
    Folder folder;
    auto options = options_for(folder);
    options.keep_parts = true;
    const auto part = save_part(folder, 1, busy_movie(3));
    fbs::finish_files({part}, options, std::make_unique<fbs::KeyRing>(ring()));
    CHECK_FALSE(fbs::is_sealed(options.out));
    options.seal = true;
    CHECK_THROWS_WITH(fbs::finish_files({part}, options), Contains("say --key-file"));
    fbs::finish_files({part}, options, std::make_unique<fbs::KeyRing>(ring()));
    CHECK(fbs::is_sealed(options.out));
    CHECK(fbs::is_sealed(folder / (session + ".png")));
}

TEST_CASE("a sealed part cut anywhere gives what is whole, and the others are drawn") {
    const auto plain = busy_movie(2);
    const std::vector<Bytes> writes{{plain.begin(), plain.begin() + 700}, {plain.begin() + 700, plain.end()}};
    const auto whole = sealed(writes, true, fbs::part_file_name(session, 2));
    const auto first_chunk = fbs::read_seal_header(whole).value().bytes;
    const auto second_chunk = first_chunk + 700 + fbs::chunk_extra_bytes;
    for (const std::size_t size : {std::size_t{0}, std::size_t{9}, first_chunk - 1, first_chunk, second_chunk - 1,
                                   second_chunk, whole.size() - 1, whole.size()}) {
        Folder folder;
        const std::vector parts{
            save_part(folder, 1, small_movie()),
            save_part(folder, 2, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, 1'001'000)};
        const auto facts = fbs::finish_files(parts, options_for(folder), std::make_unique<fbs::KeyRing>(ring()));
        CHECK(facts.problems.empty() == (size == whole.size()));
        if (size < second_chunk) CHECK(facts.duration_ms == 30);
        if (size >= whole.size() - fbs::chunk_extra_bytes) CHECK(facts.duration_ms == 3'000 - 100);
        CHECK(facts.damaged == (size > 0 && size < first_chunk));  // its key is lost with its header
    }
}

TEST_CASE("a sealed part under another part's name is refused") {
    Folder folder;
    const auto part = save_part(folder, 1, sealed({small_movie()}, true, "1-00000000000000bb.part1.fbs"));
    CHECK_THROWS_WITH(fbs::finish_files({part}, options_for(folder), std::make_unique<fbs::KeyRing>(ring())),
                      Contains("sealed as 1-00000000000000bb.part1.fbs"));
}

TEST_CASE("nothing drawn, no movie") {
    Folder folder;
    Bytes empty;
    fbs::append_header(empty, small_init());
    const auto part = save_part(folder, 1, empty);
    CHECK_THROWS_WITH(fbs::finish_files({part}, options_for(folder)), "nothing was drawn in it");
    CHECK(std::filesystem::exists(part));
    CHECK_THROWS_WITH(fbs::finish_files({folder / "none.part1.fbs"}, options_for(folder)),
                      Catch::Contains("cannot read"));
}

TEST_CASE("a movie's name is that of its parts without their number") {
    CHECK(fbs::movie_of_part("/x/1-ab.part12.fbs") == "/x/1-ab.fbs");
    for (const auto* other :
         {"/x/1-ab.fbs", "/x/1-ab.part.fbs", "/x/1-ab.part1x.fbs", "/x/.part1.fbs", "/x/1-ab.part1.json"})
        CHECK(fbs::movie_of_part(other).empty());
}
