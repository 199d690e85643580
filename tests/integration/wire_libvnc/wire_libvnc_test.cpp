#include <catch2/catch.hpp>

#include <map>

#include <algorithm>
#include <cstdlib>

#include "rfb-ext/vnc/picture_decoder.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "tests/integration/wire_libvnc/libvnc_host.hpp"
#include "tests/unit/rfb-ext/wire/builders.hpp"
#include "tests/unit/rfb-ext/wire/walk.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

constexpr Size desktop{150, 110};

std::vector<std::int32_t> with_pseudo(std::vector<std::int32_t> first) {
    for (const auto pseudo : {encoding::copy_rect, encoding::cursor, encoding::pointer_pos, encoding::last_rect,
                              encoding::desktop_size, encoding::led_state, encoding::desktop_name})
        first.push_back(pseudo);
    return first;
}

/// The largest difference of a channel between the desktop and what was drawn from its messages.
int drawn_wrong(const Played& played, const PixelFormat& format) {
    vnc::PictureDecoder decoder(played.init.size, format, vnc::PictureDecoder::Accepts::all);
    vnc::MemorySource in(played.messages);
    while (!in.rest().empty()) {
        switch (in.u8()) {
            case server::update:
                decoder.update(in);
                break;
            case server::colour_map:
                decoder.colour_map(in);
                break;
            case server::bell:
                break;
            case server::cut_text:
                in.skip(3);
                in.skip(cut_text_bytes(in.u32()));
                break;
            default:
                throw std::runtime_error("a message that draws nothing known");
        }
    }
    int worst = 0;
    for (std::size_t i = 0; i < played.last.size(); ++i)
        for (const int shift : {0, 8, 16})
            worst = std::max(worst, std::abs(static_cast<int>(played.last[i] >> shift & 255) -
                                             static_cast<int>(decoder.picture().pixels[i] >> shift & 255)));
    return worst;
}

/// What a format loses of eight bits a channel.
int coarseness(const PixelFormat& format) {
    if (!format.true_colour) return 255 / 3;  // LibVNCServer's map has two bits of blue
    return 255 / std::min({format.red_max, format.green_max, format.blue_max}) + 1;
}

/// Measures a session whole and in pieces of several sizes: no refusal, and the last message ends with the last byte.
std::map<int, int> expect_clean(const PixelFormat& format, const std::vector<std::int32_t>& encodings, bool exact) {
    const auto played = play_session(desktop, format, encodings);
    REQUIRE(played.init.size == desktop);
    if (exact) CHECK(drawn_wrong(played, format) <= (format.red_max == 255 ? 0 : coarseness(format)));
    std::optional<std::vector<Walked::End>> ends;
    for (const std::size_t run :
         {played.messages.size(), std::size_t{65536}, std::size_t{1000}, std::size_t{7}, std::size_t{1}}) {
        ServerStream stream(played.init);
        stream.asked_for(measurable(encodings));
        stream.set_format(format);
        const auto walked = walk_runs(std::move(stream), played.messages, run);
        CAPTURE(run, walked.passed, played.messages.size());
        if (walked.error) FAIL(walked.error->message());
        REQUIRE(walked.ends.back().at == played.messages.size());
        REQUIRE(walked.ends == ends.value_or(walked.ends));
        REQUIRE(walked.screen == desktop);
        ends = walked.ends;
    }
    std::map<int, int> types;
    for (const auto& end : *ends) ++types[end.type];
    return types;
}

void expect_session(const std::vector<std::int32_t>& encodings, const PixelFormat& format = {}, bool exact = true) {
    const auto types = expect_clean(format, with_pseudo(encodings), exact);
    REQUIRE(types.at(server::update) >= 10);
    REQUIRE(types.at(server::bell) == 1);
    REQUIRE(types.at(server::cut_text) >= 1);
    REQUIRE(types.count(server::colour_map) == (format.true_colour ? 0U : 1U));
}

const auto formats = {PixelFormat{}, sixteen_bits(), colour_mapped(), PixelFormat{8, 8, false, true, 7, 7, 3, 0, 3, 6},
                      PixelFormat{32, 32, true, true, 255, 255, 255, 0, 8, 16}};

}  // namespace

TEST_CASE("a session with LibVNCServer is measured to its last byte: Raw") {
    for (const auto& format : formats) expect_session({encoding::raw}, format);
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: RRE, CoRRE, Zlib, ZRLE, TRLE") {
    for (const auto kind : {encoding::rre, encoding::corre, encoding::zlib, encoding::zrle, encoding::trle})
        for (const auto& format : formats) {
            CAPTURE(kind, format.bits_per_pixel, format.big_endian);
            expect_session({kind}, format);
        }
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: Tight PNG") {
    for (const std::int32_t level : {-255, -250}) expect_session({encoding::tight_png, level});
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: Hextile") {
    for (const auto& format : formats) expect_session({encoding::hextile}, format);
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: Tight") {
    for (const auto& format : formats)
        for (const std::int32_t level : {-256, -255, -251, -247}) expect_session({encoding::tight, level}, format);
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: Tight with JPEG") {
    for (const auto& format : formats)
        for (const std::int32_t quality : {-32, -26, -23})
            expect_session({encoding::tight, -254, quality}, format, false);
}

TEST_CASE("a session with LibVNCServer is measured to its last byte: other cursors and sizes") {
    expect_session({encoding::tight, encoding::x_cursor, encoding::extended_desktop_size});
    expect_session({encoding::hextile, encoding::extended_clipboard});
}
