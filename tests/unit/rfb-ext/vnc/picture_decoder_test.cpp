#include <catch2/catch.hpp>

#include <random>

#include "rfb-ext/vnc/picture_decoder.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;
namespace encoding = wire::encoding;

namespace {

constexpr std::uint32_t red = 0xFF0000, green = 0x00FF00, blue = 0x0000FF, white = 0xFFFFFF;

/// A decoder that is fed whole updates.
struct Drawn {
    explicit Drawn(Size size, const wire::PixelFormat& format = {})
        : decoder(size, format, vnc::PictureDecoder::Accepts::all) {}

    vnc::PictureDecoder::Update operator()(const Bytes& message) {
        vnc::MemorySource in(message);
        in.skip(1);
        auto update = decoder.update(in);
        CHECK(in.rest().empty());
        return update;
    }
    vnc::PictureDecoder::Update operator()(const Rect& area, std::int32_t encoding, const Bytes& data) {
        return (*this)(update({rectangle(area, encoding, data)}));
    }
    std::uint32_t at(int x, int y) const { return decoder.picture().row(y)[x]; }
    std::vector<std::uint32_t> row(int y) const {
        const auto* first = decoder.picture().row(y);
        return {first, first + decoder.picture().size.width};
    }

    vnc::PictureDecoder decoder;
};

Bytes raw_pixels(const std::vector<std::uint32_t>& pixels) {
    Bytes made;
    for (const std::uint32_t one : pixels) append(made, pixel(one));
    return made;
}

/// Three bytes a pixel, as Tight packs them.
Bytes packed(const std::vector<std::uint32_t>& pixels) {
    Bytes made;
    for (const std::uint32_t one : pixels) append(made, bytes({one >> 16 & 255, one >> 8 & 255, one & 255}));
    return made;
}

std::string why_not(Size size, const Bytes& message) {
    Drawn drawn(size);
    vnc::MemorySource in(message);
    in.skip(1);
    try {
        drawn.decoder.update(in);
    } catch (const vnc::BrokenStream& broken) {
        return broken.what();
    }
    return "";
}

/// One update that holds everything the decoder knows, for an 8x4 screen.
Bytes everything() {
    Deflater deflate;
    const std::vector<std::uint32_t> pixels(32, green);
    return update(
        {rectangle({0, 0, 2, 1}, encoding::raw, raw_pixels({red, blue})),
         rectangle({2, 0, 2, 1}, encoding::copy_rect, bytes({0, 0, 0, 0})),
         rectangle({0, 0, 8, 4}, encoding::hextile,
                   joined({bytes({2 | 4 | 8}), pixel(white), pixel(red), bytes({1, 0x00, 0x11})})),
         rectangle({0, 0, 8, 4}, encoding::tight, joined({bytes({0x00}), deflate(packed(pixels))})),
         rectangle({0, 0, 8, 4}, encoding::tight,
                   joined({bytes({0x40, 1, 1}), packed({red, blue}), bytes({1, 2, 3, 4})})),
         rectangle({0, 0, 8, 4}, encoding::tight, joined({bytes({0x40, 2}), deflate(packed(pixels))})),
         rectangle({0, 0, 8, 4}, encoding::tight, bytes({0x80, 9, 8, 7})),
         rectangle({1, 1, 2, 2}, encoding::cursor,
                   joined({raw_pixels({red, green, blue, white}), bytes({0xC0, 0x40})})),
         rectangle({0, 0, 2, 1}, encoding::x_cursor, bytes({1, 2, 3, 4, 5, 6, 0x80, 0xC0})),
         rectangle({0, 0, 1, 1}, encoding::cursor_with_alpha, bytes({0, 0, 0, 0, 1, 2, 3, 255})),
         rectangle({0, 0, 8, 4}, encoding::extended_desktop_size, Bytes(20, 1)),
         rectangle({0, 0, 0, 0}, encoding::desktop_name, bytes({0, 0, 0, 2, 'h', 'i'})),
         rectangle({0, 0, 9, 5}, encoding::desktop_size, {}), rectangle({0, 0, 0, 0}, encoding::last_rect, {})},
        0xFFFF);
}

}  // namespace

TEST_CASE("raw pixels are drawn where they belong") {
    Drawn drawn({4, 2});
    const auto update = drawn({1, 1, 2, 1}, encoding::raw, raw_pixels({red, blue | 0xAA000000}));
    CHECK(update.changed == std::vector<Rect>{{1, 1, 2, 1}});
    CHECK(drawn.row(0) == std::vector<std::uint32_t>{0, 0, 0, 0});
    CHECK(drawn.row(1) == std::vector<std::uint32_t>{0, red, blue, 0});
}

TEST_CASE("a copy that overlaps itself, in every direction") {
    for (const Point from : {Point{0, 0}, Point{2, 0}, Point{0, 2}, Point{2, 2}, Point{1, 1}}) {
        Drawn drawn({6, 6});
        const auto pixels = noise({6, 6}, 1);
        drawn({0, 0, 6, 6}, encoding::raw, raw_pixels(pixels));
        drawn({1, 1, 4, 4}, encoding::copy_rect,
              bytes({0, static_cast<unsigned>(from.x), 0, static_cast<unsigned>(from.y)}));
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 4; ++x)
                REQUIRE(drawn.at(x + 1, y + 1) == pixels[static_cast<std::size_t>((from.y + y) * 6 + from.x + x)]);
    }
}

TEST_CASE("Hextile: background and foreground last from tile to tile, subrectangles have colours") {
    Drawn drawn({20, 1});
    drawn({0, 0, 20, 1}, encoding::hextile,
          joined({bytes({2 | 8 | 16}), pixel(white), bytes({2}), pixel(red), bytes({0x00, 0x00}), pixel(blue),
                  bytes({0xF0, 0x00}),                                      // first tile: white, a red and a blue dot
                  bytes({4 | 8}), pixel(green), bytes({1, 0x10, 0x00})}));  // second: still white, a green dot
    CHECK(drawn.at(0, 0) == red);
    CHECK(drawn.at(1, 0) == white);
    CHECK(drawn.at(15, 0) == blue);
    CHECK(drawn.at(16, 0) == white);
    CHECK(drawn.at(17, 0) == green);
    SECTION("a raw tile") {
        drawn({0, 0, 2, 1}, encoding::hextile, joined({bytes({1}), raw_pixels({green, red})}));
        CHECK(drawn.at(0, 0) == green);
        CHECK(drawn.at(1, 0) == red);
    }
    SECTION("a subrectangle that leaves its tile") {
        CHECK(why_not({20, 1}, update({rectangle({0, 0, 20, 1}, encoding::hextile,
                                                 joined({bytes({8}), bytes({1, 0x00, 0x01})}))})) ==
              "a Hextile subrectangle lies outside its tile");
    }
}

TEST_CASE("Tight: fill, plain pixels, palettes, and streams that last from update to update") {
    Drawn drawn({4, 3});
    Deflater first, second;
    drawn({0, 0, 4, 3}, encoding::tight, bytes({0x80, 1, 2, 3}));
    CHECK(drawn.at(3, 2) == 0x010203);
    const std::vector<std::uint32_t> pixels{red, green, blue, white, 1, 2, 3, 4, 5, 6, 7, 8};
    for (int round = 0; round < 3; ++round) {
        drawn({0, 0, 4, 3}, encoding::tight, joined({bytes({0x00}), first(packed(pixels))}));
        CHECK(drawn.row(0) == std::vector<std::uint32_t>{red, green, blue, white});
        CHECK(drawn.row(2) == std::vector<std::uint32_t>{5, 6, 7, 8});
    }
    drawn({0, 0, 2, 1}, encoding::tight, joined({bytes({0x10}), packed({blue, red})}));  // under 12 bytes: as they are
    CHECK(drawn.at(0, 0) == blue);
    drawn({0, 0, 4, 3}, encoding::tight,
          joined({bytes({0x50, 1, 2}), packed({red, green, blue}), second({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2})}));
    CHECK(drawn.row(0) == std::vector<std::uint32_t>{red, green, blue, red});
    drawn({0, 0, 4, 3}, encoding::tight,
          joined({bytes({0x50, 1, 1}), packed({red, green}), bytes({0x50, 0xA0, 0x00})}));
    CHECK(drawn.row(0) == std::vector<std::uint32_t>{red, green, red, green});
    CHECK(drawn.row(1) == std::vector<std::uint32_t>{green, red, green, red});
    SECTION("a reset bit starts its stream anew, the others go on") {
        Deflater fresh;
        drawn({0, 0, 4, 3}, encoding::tight, joined({bytes({0x01}), fresh(packed(pixels))}));
        CHECK(drawn.row(0) == std::vector<std::uint32_t>{red, green, blue, white});
        drawn({0, 0, 4, 3}, encoding::tight,
              joined({bytes({0x50, 1, 2}), packed({red, green, blue}), second({2, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2})}));
        CHECK(drawn.at(0, 0) == blue);
    }
}

TEST_CASE("Tight's gradient: each pixel is told as its difference from left + above - above left") {
    Drawn drawn({3, 2});
    Deflater deflate;
    // All three channels alike. Row 0: 10, 12, 200. Row 1: 20, then 20+12-10=22 +1 = 23, then clamped 23+200-12=211 +2
    // = 213.
    drawn(
        {0, 0, 3, 2}, encoding::tight,
        joined({bytes({0x40, 2}), deflate(bytes({10, 10, 10, 2, 2, 2, 188, 188, 188, 10, 10, 10, 1, 1, 1, 2, 2, 2}))}));
    CHECK(drawn.row(0) == std::vector<std::uint32_t>{0x0A0A0A, 0x0C0C0C, 0xC8C8C8});
    CHECK(drawn.row(1) == std::vector<std::uint32_t>{0x141414, 0x171717, 0xD5D5D5});
}

TEST_CASE("Tight data that do not fill their rectangle exactly are refused before anything is drawn over the edge") {
    const auto with = [](const std::vector<std::uint32_t>& pixels) {
        Deflater deflate;
        return why_not(
            {4, 4},
            update({rectangle({0, 2, 4, 2}, encoding::tight, joined({bytes({0x00}), deflate(packed(pixels))}))}));
    };
    CHECK(with(std::vector<std::uint32_t>(8, red)) == "");
    CHECK(with(std::vector<std::uint32_t>(7, red)) == "compressed data are too short for their rectangle");
    CHECK(with(std::vector<std::uint32_t>(9, red)) == "compressed data do not fill their rectangle exactly");
    CHECK(with(std::vector<std::uint32_t>(100'000, red)) == "compressed data do not fill their rectangle exactly");
    const auto tight = [](const Bytes& data) {
        return why_not({400, 400}, update({rectangle({0, 0, 400, 400}, 7, data)}));
    };
    CHECK(tight(bytes({0x00, 4, 1, 2, 3, 4})) == "compressed data are too short for their rectangle");
    CHECK(tight(joined({bytes({0x00, 0x80, 0x10}), Bytes(2048, 7)})) ==
          "compressed data are damaged (incorrect header check)");
    CHECK(tight(bytes({0x40, 3})) == "unknown Tight filter 3");
    CHECK(tight(bytes({0xA0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0})) ==
          "uncompressed data do not fill their rectangle exactly");
    CHECK(tight(bytes({0xB0})) == "unknown Tight compression 11");
    CHECK(tight(bytes({0x40, 1, 0})) == "a Tight palette of one colour");
    CHECK_THAT(tight(bytes({0x90, 4, 1, 2, 3, 4})), Catch::StartsWith("a JPEG rectangle cannot be decoded"));
}

TEST_CASE("a rectangle that leaves the screen is refused, whatever it holds") {
    for (const Rect& area : {Rect{3, 0, 2, 1}, Rect{0, 3, 1, 2}, Rect{65535, 0, 1, 1}, Rect{0, 0, 65535, 65535}})
        for (const std::int32_t kind : {encoding::raw, encoding::copy_rect, encoding::hextile, encoding::tight})
            CHECK_THAT(why_not({4, 4}, update({rectangle(area, kind, Bytes(64, 0))})),
                       Catch::Contains("outside the screen"));
    CHECK_THAT(why_not({4, 4}, update({rectangle({0, 0, 2, 2}, encoding::copy_rect, bytes({0, 3, 0, 0}))})),
               Catch::Contains("outside the screen"));
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 1, 1}, 17, {})})) == "encoding 17 was not asked for");
}

TEST_CASE("RRE and CoRRE: a background and what lies on it") {
    const auto row0 = std::vector<std::uint32_t>{0, blue, red, red};
    const auto row1 = std::vector<std::uint32_t>{0, blue, green, blue};
    Drawn rre({4, 2});
    rre({1, 0, 3, 2}, encoding::rre,
        joined({bytes({0, 0, 0, 2}), pixel(blue), pixel(red), bytes({0, 1, 0, 0, 0, 2, 0, 1}), pixel(green),
                bytes({0, 1, 0, 1, 0, 1, 0, 1})}));
    CHECK(rre.row(0) == row0);
    CHECK(rre.row(1) == row1);
    Drawn corre({4, 2});
    corre(
        {1, 0, 3, 2}, encoding::corre,
        joined({bytes({0, 0, 0, 2}), pixel(blue), pixel(red), bytes({1, 0, 2, 1}), pixel(green), bytes({1, 1, 1, 1})}));
    CHECK(corre.row(0) == row0);
    CHECK(corre.row(1) == row1);
    CHECK(why_not({4, 4},
                  update({rectangle({0, 0, 2, 2}, encoding::corre,
                                    joined({bytes({0, 0, 0, 1}), pixel(blue), pixel(red), bytes({1, 0, 2, 1})}))})) ==
          "an RRE subrectangle lies outside its rectangle");
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 2, 2}, encoding::rre, bytes({0, 0, 0, 5}))})) ==
          "an RRE rectangle has more parts than pixels");
}

TEST_CASE("TRLE: every kind of tile, palettes kept from tile to tile") {
    Drawn drawn({18, 2});  // tiles of 16x2 and 2x2
    const auto trle = [&](const Bytes& data) { drawn({0, 0, 18, 2}, encoding::trle, data); };
    const auto bgr = [](std::uint32_t one) { return bytes({one & 255, one >> 8 & 255, one >> 16 & 255}); };
    trle(joined({bytes({1}), bgr(red), bytes({0}), bgr(red), bgr(green), bgr(blue), bgr(white)}));
    CHECK(drawn.at(0, 0) == red);
    CHECK(drawn.at(15, 1) == red);
    CHECK(drawn.at(17, 0) == green);
    CHECK(drawn.at(16, 1) == blue);
    trle(joined({bytes({2}), bgr(blue), bgr(green), bytes({0x80, 0x00, 0x00, 0x01}), bytes({127, 0x40, 0x80})}));
    CHECK(drawn.at(0, 0) == green);
    CHECK(drawn.at(1, 0) == blue);
    CHECK(drawn.at(15, 1) == green);
    CHECK(drawn.at(17, 0) == green);
    CHECK(drawn.at(16, 1) == green);
    trle(joined(
        {bytes({128}), bgr(white), bytes({30}), bgr(red), bytes({0, 130}), bgr(red), bgr(blue), bytes({0x81, 2, 0})}));
    CHECK(drawn.at(14, 1) == white);
    CHECK(drawn.at(15, 1) == red);
    CHECK(drawn.at(16, 1) == blue);
    CHECK(drawn.at(17, 1) == red);
    const auto why = [](const Bytes& data) {
        return why_not({4, 4}, update({rectangle({0, 0, 4, 4}, encoding::trle, data)}));
    };
    CHECK(why(bytes({127})) == "an unknown kind of tile");
    CHECK(why(bytes({17})) == "an unknown kind of tile");
    CHECK(why(joined({bytes({128}), bgr(red), bytes({16})})) == "a run is longer than its tile");
    CHECK(why(joined({bytes({3}), bgr(red), bgr(red), bgr(red), bytes({0xFF})})) ==
          "a tile uses a colour that its palette does not have");
}

TEST_CASE("Zlib and ZRLE have a stream each, which lasts from update to update") {
    Deflater zlib;
    Deflater zrle;
    Drawn drawn({2, 1});
    const auto with_length = [](const Bytes& data) {
        Bytes made;
        append_u32(made, static_cast<std::uint32_t>(data.size()));
        append(made, data);
        return made;
    };
    const auto packed_with_length = [&](Deflater& deflate, const Bytes& plain) {
        const Bytes tight = deflate(plain);  // behind Tight's compact length
        return with_length(Bytes(tight.begin() + 1, tight.end()));
    };
    for (const std::uint32_t colour : {red, green, blue}) {
        drawn({0, 0, 2, 1}, encoding::zlib, packed_with_length(zlib, raw_pixels({colour, white})));
        CHECK(drawn.row(0) == std::vector{colour, white});
        drawn({0, 0, 2, 1}, encoding::zrle,
              packed_with_length(zrle, bytes({1, colour & 255, colour >> 8 & 255, colour >> 16 & 255})));
        CHECK(drawn.row(0) == std::vector{colour, colour});
    }
    Deflater other;
    CHECK(why_not({2, 1}, update({rectangle({0, 0, 2, 1}, encoding::zlib,
                                            packed_with_length(other, raw_pixels({red, red, red})))})) ==
          "compressed data do not fill their rectangle exactly");
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 1, 1}, encoding::zrle, bytes({255, 255, 255, 255}))})) ==
          "compressed data are too long");
}

TEST_CASE("the pixel format changes between updates, the streams last") {
    Deflater deflate;
    Drawn drawn({16, 1});
    drawn({0, 0, 16, 1}, encoding::tight,
          joined({bytes({0x00}), deflate(packed(std::vector<std::uint32_t>(16, red)))}));
    CHECK(drawn.at(3, 0) == red);
    drawn.decoder.set_format({16, 16, false, true, 31, 63, 31, 11, 5, 0});
    CHECK(drawn.at(3, 0) == red);
    Bytes greens;
    for (int i = 0; i < 16; ++i) append(greens, bytes({0xE0, 0x07}));
    drawn({0, 0, 16, 1}, encoding::tight, joined({bytes({0x00}), deflate(greens)}));
    CHECK(drawn.at(3, 0) == green);
}

TEST_CASE("only a movie's decoder knows what our console does not ask for") {
    vnc::PictureDecoder ours({4, 4}, {});
    const auto message = update({rectangle({0, 0, 1, 1}, encoding::zrle, {})});
    vnc::MemorySource in(message);
    in.skip(1);
    CHECK_THROWS_WITH(ours.update(in), "encoding 16 was not asked for");
}

TEST_CASE("an empty rectangle draws nothing, wherever it is said to be") {
    Drawn drawn({4, 4});
    drawn({0, 0, 4, 4}, encoding::tight, bytes({0x80, 1, 2, 3}));
    const auto update = drawn(test::update(
        {rectangle({9, 9, 0, 5}, encoding::raw, {}), rectangle({9, 9, 5, 0}, encoding::copy_rect, bytes({0, 9, 0, 9})),
         rectangle({9, 9, 0, 0}, encoding::hextile, {}), rectangle({9, 9, 0, 3}, encoding::tight, bytes({0x00}))}));
    CHECK(update.changed.empty());
    CHECK(drawn.row(3) == std::vector<std::uint32_t>(4, 0x010203));
}

TEST_CASE("sizes over the limits are refused") {
    CHECK_THROWS_AS(vnc::PictureDecoder({20'000, 10}, {}), vnc::BrokenStream);
    CHECK_THROWS_AS(vnc::PictureDecoder({0, 10}, {}), vnc::BrokenStream);
    CHECK_THROWS_AS(vnc::PictureDecoder({16'000, 16'000}, {}), vnc::BrokenStream);
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 65535, 65535}, encoding::desktop_size, {})})) ==
          "a screen of 65535x65535 is not accepted");
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 513, 1}, encoding::cursor, {})})) ==
          "a cursor of 513x1 is not accepted");
    CHECK(why_not({4, 4}, update({rectangle({0, 0, 0, 0}, encoding::desktop_name, bytes({255, 255, 255, 255}))})) ==
          "the desktop's name is too long");
}

TEST_CASE("a new size clears the picture; an extended one only when it succeeded") {
    Drawn drawn({4, 4});
    drawn({0, 0, 4, 4}, encoding::tight, bytes({0x80, 1, 2, 3}));
    auto update = drawn({0, 0, 6, 2}, encoding::desktop_size, {});
    CHECK(update.resized);
    CHECK(drawn.decoder.picture().size == Size{6, 2});
    CHECK(drawn.at(0, 0) == 0);
    CHECK_FALSE(drawn({1, 3, 9, 9}, encoding::extended_desktop_size, Bytes(4, 0)).resized);
    CHECK(drawn({1, 0, 9, 9}, encoding::extended_desktop_size, Bytes(4, 0)).resized);
    CHECK(drawn.decoder.picture().size == Size{9, 9});
}

TEST_CASE("three kinds of cursor") {
    Drawn drawn({4, 4});
    CHECK(drawn({1, 0, 2, 2}, encoding::cursor, joined({raw_pixels({red, green, blue, white}), bytes({0x80, 0x40})}))
              .cursor);
    CHECK(drawn.decoder.cursor() == vnc::CursorShape{{2, 2}, {1, 0}, {0xFFFF0000, 0, 0, 0xFFFFFFFF}});
    drawn({0, 1, 2, 2}, encoding::x_cursor, bytes({1, 2, 3, 4, 5, 6, 0x80, 0x00, 0xC0, 0x40}));
    CHECK(drawn.decoder.cursor() == vnc::CursorShape{{2, 2}, {0, 1}, {0xFF010203, 0xFF040506, 0, 0xFF040506}});
    drawn({0, 0, 2, 1}, encoding::cursor_with_alpha, bytes({0, 0, 0, 0, 64, 0, 128, 128, 9, 9, 9, 0}));
    CHECK(drawn.decoder.cursor() == vnc::CursorShape{{2, 1}, {0, 0}, {0x808000FF, 0}});
    drawn({0, 0, 0, 0}, encoding::cursor, {});
    CHECK(drawn.decoder.cursor() == vnc::CursorShape{});
}

TEST_CASE("pixels of other formats become the same colours") {
    wire::PixelFormat small{16, 16, true, true, 31, 63, 31, 11, 5, 0};
    Drawn sixteen({3, 1}, small);
    sixteen({0, 0, 3, 1}, encoding::raw, bytes({0xF8, 0x00, 0x07, 0xE0, 0x00, 0x1F}));
    CHECK(sixteen.row(0) == std::vector<std::uint32_t>{red, green, blue});
    sixteen({0, 0, 3, 1}, encoding::tight, bytes({0x80, 0xFF, 0xFF}));
    CHECK(sixteen.row(0) == std::vector<std::uint32_t>{white, white, white});

    // With a colour map the maxima and shifts mean nothing: any may come.
    for (const int meaningless : {0, 255}) {
        const int m = meaningless;
        Drawn eight({2, 1}, wire::PixelFormat{8, 8, false, false, m, m, m, m, m, m});
        const Bytes map = bytes({0, 0, 1, 0, 2, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255});
        vnc::MemorySource in(map);
        eight.decoder.colour_map(in);
        eight({0, 0, 2, 1}, encoding::raw, bytes({1, 2}));
        CHECK(eight.row(0) == std::vector<std::uint32_t>{red, blue});
    }
}

TEST_CASE("an update cut anywhere is refused, never read past") {
    const Bytes whole = everything();
    CHECK(why_not({8, 4}, whole) == "");
    for (std::size_t n = 1; n < whole.size(); ++n) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
        REQUIRE_FALSE(why_not({8, 4}, cut).empty());
    }
}

TEST_CASE("an update damaged anywhere is drawn or refused, never worse") {
    const Bytes whole = everything();
    std::minstd_rand random(1);
    int refused = 0;
    for (int round = 0; round < 4000; ++round) {
        Bytes damaged = whole;
        for (int i = 0; i < 3; ++i) damaged[1 + random() % (damaged.size() - 1)] = static_cast<Byte>(random());
        refused += !why_not({8, 4}, damaged).empty();
    }
    CHECK(refused > 1000);
}

TEST_CASE("an update without end is drawn with bounded memory") {
    std::vector<Bytes> rectangles(20'000, rectangle({1, 1, 1, 1}, encoding::raw, pixel(red)));
    rectangles.push_back(rectangle({}, encoding::last_rect, {}));
    Drawn drawn({4, 4});
    CHECK(drawn(update(rectangles, 0xFFFF)).changed.size() <= 4096);
}
