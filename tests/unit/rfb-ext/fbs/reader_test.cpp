#include <catch2/catch.hpp>

#include <random>

#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/reader.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

struct Read {
    std::vector<fbs::Message> messages;
    std::size_t unfinished = 0;
    std::string error;
};

/// In pieces of `step` bytes.
Read read(const Bytes& file, std::size_t step = SIZE_MAX) {
    fbs::MovieReader reader;
    Read result;
    for (std::size_t at = 0;;) {
        const auto message = reader.next();
        if (!message) {
            result.error = message.error().message();
            return result;
        }
        if (*message) {
            result.messages.push_back(**message);
            continue;
        }
        if (at == file.size()) break;
        const auto count = std::min(step, file.size() - at);
        reader.feed(ByteView(file).subspan(at, count));
        at += count;
    }
    result.unfinished = reader.unfinished();
    return result;
}

std::string error_of(const Bytes& file) {
    return read(file).error;
}

/// A header, then `data` as one block each, 1 ms apart.
Bytes movie_of(const std::vector<Bytes>& data) {
    Bytes file;
    fbs::append_header(file, small_init());
    std::uint32_t at_ms = 0;
    for (const Bytes& one : data) fbs::append_blocks(file, one, ++at_ms);
    return file;
}

}  // namespace

TEST_CASE("a movie's messages come out as they went in, however the file is cut up") {
    const Bytes file = small_movie();
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}, file.size()}) {
        const auto all = read(file, step);
        CHECK(all.error.empty());
        CHECK(all.unfinished == 0);
        REQUIRE(all.messages.size() == 4);
        CHECK(all.messages[0].at_ms == 10);
        CHECK(all.messages[0].type == wire::server::update);
        CHECK(all.messages[2].type == wire::server::bell);
        CHECK(all.messages[3].at_ms == 30);
        CHECK(all.messages[3].bytes.size() == 4 + 12 + 4);
    }
}

TEST_CASE("a movie cut at any byte gives what is whole, and says that there was more") {
    const Bytes file = small_movie();
    const auto whole = read(file);
    std::size_t messages_before = 0;
    for (std::size_t n = 0; n < file.size(); ++n) {
        const auto cut = read(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)));
        REQUIRE(cut.error.empty());
        REQUIRE(cut.messages.size() >= messages_before);
        messages_before = cut.messages.size();
        for (std::size_t i = 0; i < cut.messages.size(); ++i) REQUIRE(cut.messages[i].bytes == whole.messages[i].bytes);
    }
    CHECK(messages_before == 3);  // the last needs the last byte
}

TEST_CASE("other recorders' blocks end anywhere, in the start too") {
    Bytes stream;
    append(stream, as_bytes("RFB 003.003\n"));
    append_u32(stream, 1);
    append(stream, wire::write(small_init()));
    const Bytes picture = update({rectangle({0, 0, 8, 4}, wire::encoding::tight, bytes({0x80, 1, 2, 3}))});
    append(stream, picture);
    append(stream, picture);
    for (std::size_t size = 1; size < 40; ++size) {
        Bytes file;
        append(file, as_bytes("FBS 001.000\n"));
        std::uint32_t at_ms = 0;
        for (std::size_t at = 0; at < stream.size(); at += size)
            fbs::append_blocks(file, ByteView(stream).subspan(at, std::min(size, stream.size() - at)), at_ms++);
        const auto all = read(file);
        REQUIRE(all.error.empty());
        REQUIRE(all.messages.size() == 2);
        REQUIRE(all.messages[1].bytes == picture);
        REQUIRE(all.unfinished == 0);
    }
}

TEST_CASE("what is wrong with a file is named") {
    CHECK(error_of(bytes({'F', 'B', 'X'})) == "it does not begin with \"FBS 001.000\"");
    Bytes other;
    append(other, as_bytes("FBS 001.001\n"));
    CHECK(error_of(other) == "it does not begin with \"FBS 001.000\"");
    const auto after_header = [](const Bytes& more) { return error_of(joined({movie_of({}), more})); };
    CHECK(after_header(bytes({0, 0, 0, 0})) == "a block without data");
    CHECK(after_header(bytes({1, 0, 0, 1})) == "a block longer than 16 MB");
    CHECK(after_header(bytes({255, 255, 255, 255})) == "a block longer than 16 MB");
    CHECK(after_header(bytes({0, 0, 0, 1, 2, 0, 7, 0, 0, 0, 0, 1})) == "a block's padding is not zero");
    CHECK(error_of(joined({small_movie(), bytes({0, 0, 0, 4, 2, 2, 2, 2, 0, 0, 0, 29})})) ==
          "a time stamp that goes back");
    CHECK(after_header(bytes({0, 0, 0, 1, 99, 0, 0, 0, 0, 0, 0, 1})) == "a message of a type that was not agreed on");
}

TEST_CASE("a stream that does not start as movies do is refused") {
    const auto with_start = [](const Bytes& start) {
        Bytes file;
        append(file, as_bytes("FBS 001.000\n"));
        fbs::append_blocks(file, start, 0);
        return error_of(file);
    };
    const auto wrong = "the stream does not start with RFB 3.3 and a readable ServerInit";
    Bytes version, security, good;
    append(version, as_bytes("RFB 003.008\n"));
    append(security, as_bytes("RFB 003.003\n"));
    append_u32(security, 2);
    append(good, as_bytes("RFB 003.003\n"));
    append_u32(good, 1);
    CHECK(with_start(version) == wrong);
    CHECK(with_start(security) == wrong);
    auto giant = small_init();
    giant.size = {65535, 65535};
    CHECK(with_start(joined({good, wire::write(giant)})) == wrong);
    auto strange = small_init();
    strange.format.bits_per_pixel = 24;
    CHECK(with_start(joined({good, wire::write(strange)})) == wrong);
    auto talkative = small_init();
    talkative.name = std::string(5000, 'x');
    CHECK(with_start(joined({good, wire::write(talkative)})) == wrong);
}

TEST_CASE("messages that the hub would not let pass are refused") {
    CHECK(error_of(movie_of({update({rectangle({7, 0, 2, 1}, 0, Bytes(8, 0))})})) == "a rectangle outside the screen");
    CHECK(error_of(movie_of({update({rectangle({0, 0, 1, 1}, 17, {})})})) ==
          "a rectangle of an encoding that was not asked for");
}

TEST_CASE("movies damaged anywhere are read or refused, never worse") {
    const Bytes whole = small_movie();
    std::minstd_rand random(5);
    for (int round = 0; round < 5000; ++round) {
        Bytes damaged = whole;
        for (int i = 0; i < 2; ++i) damaged[random() % damaged.size()] = static_cast<Byte>(random());
        fbs::MovieReader reader;
        reader.feed(damaged);
        std::optional<fbs::MovieDecoder> decoder;
        for (;;) {
            const auto message = reader.next();
            if (!message || !*message) break;
            if (!decoder) decoder.emplace(*reader.init());
            if (!decoder->draw(**message)) break;
        }
    }
    SUCCEED("nothing crashed");
}
