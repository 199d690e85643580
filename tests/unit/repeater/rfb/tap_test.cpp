#include "repeater/rfb/tap.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::rfb;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

struct Reel final : MovieSink {
    void header(const ServerInit& init) override {
        headers.push_back(init);
        begun_with.push_back(messages.size());
    }
    void message(Bytes message) override { messages.push_back(std::move(message)); }
    void too_large() override { ++complaints; }
    void pause() override {}
    int parts() const override { return static_cast<int>(headers.size()); }

    std::vector<ServerInit> headers;
    std::vector<std::size_t> begun_with;  ///< how many messages there were before each header
    std::vector<Bytes> messages;
    int complaints = 0;
};

/// Host, tap and sink, fed in runs of `run` bytes.
struct Studio {
    explicit Studio(std::size_t limit = MovieTap::longest_message_bytes) : tap(screen_of(100, 80), reel, limit) {
        host.asked_for(all_encodings());
    }
    void play(ByteView bytes, std::size_t run) {
        while (!bytes.empty()) {
            const auto piece = host.next(bytes.first(std::min(run, bytes.size()))).value();
            tap.take(bytes.first(piece.size), piece, host);
            bytes = bytes.subspan(piece.size);
        }
    }
    void play(ByteView bytes) { play(bytes, bytes.size()); }

    Reel reel;
    ServerStream host{screen_of(100, 80)};
    MovieTap tap;
};

Bytes raw_update(int height) {
    return update({rectangle({0, 0, 10, height}, encoding::raw, Sent().any(static_cast<std::size_t>(40 * height)))});
}

}  // namespace

TEST_CASE("a movie gets whole updates and colour maps, and nothing else, however they are cut") {
    const auto first = raw_update(1);
    const auto second = raw_update(7);
    const auto colours = colour_map(3, 2);
    const Bytes sent =
        Sent().then(bell()).then(first).then(server_cut_text("secret")).then(colours).then(second).then(bell());
    for (std::size_t run = 1; run <= sent.size(); ++run) {
        Studio studio;
        studio.play(sent, run);
        REQUIRE(studio.reel.messages == std::vector<Bytes>{first, colours, second});
        REQUIRE(studio.reel.headers.size() == 1);
        REQUIRE(studio.reel.complaints == 0);
    }
}

TEST_CASE("a message is handed over when its last byte comes") {
    Studio studio;
    const auto message = raw_update(3);
    studio.play(ByteView(message).first(message.size() - 1), 10);
    REQUIRE(studio.reel.messages.empty());
    studio.play(ByteView(message).last(1));
    REQUIRE(studio.reel.messages == std::vector<Bytes>{message});
}

TEST_CASE("the header has the format in force at the first update, and the size before it") {
    Studio studio;
    studio.host.set_format(sixteen_bits());
    studio.play(bell());
    REQUIRE(studio.reel.headers.empty());
    studio.play(update({rectangle({0, 0, 50, 40}, encoding::desktop_size)}));
    auto expected = screen_of(100, 80);
    expected.format = sixteen_bits();
    REQUIRE(studio.reel.headers == std::vector<ServerInit>{expected});
}

TEST_CASE("a colour map before the first update waits for the header") {
    Studio studio;
    const auto colours = colour_map(0, 4);
    studio.play(colours);
    REQUIRE(studio.reel.headers.empty());
    REQUIRE(studio.reel.messages.empty());
    studio.host.set_format(colour_mapped());
    const auto begun = update({});
    studio.play(begun);
    REQUIRE(studio.reel.headers[0].format == colour_mapped());
    REQUIRE(studio.reel.messages == std::vector<Bytes>{colours, begun});
}

TEST_CASE("another pixel format begins a part with the update that has it, and with the colours that come before") {
    const auto first = raw_update(2);
    const auto colours = colour_map(0, 4);
    const auto second = update({rectangle({0, 0, 10, 2}, encoding::raw, Sent().any(20))});
    for (const std::size_t run : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
        Studio studio;
        studio.play(first, run);
        studio.play(update({rectangle({0, 0, 50, 40}, encoding::desktop_size)}), run);
        studio.host.set_format(colour_mapped());
        studio.play(colours, run);
        studio.play(second, run);
        studio.play(second, run);
        auto mapped = screen_of(50, 40);
        mapped.format = colour_mapped();
        REQUIRE(studio.reel.headers == std::vector<ServerInit>{screen_of(100, 80), mapped});
        REQUIRE(studio.reel.begun_with == std::vector<std::size_t>{0, 2});
        REQUIRE(studio.reel.messages.size() == 5);
        REQUIRE(studio.reel.messages[2] == colours);
        // Asked for again before anything came: nothing changes.
        studio.host.set_format({});
        studio.host.set_format(colour_mapped());
        studio.play(second, run);
        REQUIRE(studio.reel.headers.size() == 2);
    }
}

TEST_CASE("a message over the limit ends the movie, said once") {
    const auto fits = raw_update(2);
    const auto over = raw_update(3);
    for (const std::size_t run : {std::size_t{1}, std::size_t{50}, over.size()}) {
        Studio studio(over.size() - 1);
        studio.play(fits, run);
        studio.play(over, run);
        studio.play(over, run);
        studio.play(fits, run);
        REQUIRE(studio.reel.messages == std::vector<Bytes>{fits});
        REQUIRE(studio.reel.complaints == 1);
    }
}

TEST_CASE("colour maps cannot pile up before the first update") {
    Studio studio(1000);
    const auto colours = colour_map(0, 100);
    studio.play(colours);
    studio.play(colours);
    REQUIRE(studio.reel.complaints == 1);
    studio.play(update({}));
    REQUIRE(studio.reel.headers.empty());
    REQUIRE(studio.reel.messages.empty());
}
