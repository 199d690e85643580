#include "rfb-ext/wire/server_stream.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"
#include "tests/unit/rfb-ext/wire/walk.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

ServerStream knowing(const std::vector<std::int32_t>& encodings, const PixelFormat& format = {},
                     ServerStream::Limits limits = {}) {
    auto init = screen_of(100, 80);
    init.format = format;
    ServerStream stream(init, limits);
    stream.asked_for(encodings);
    return stream;
}

ServerStream knowing_all(const PixelFormat& format = {}) {
    return knowing(all_encodings(), format);
}

/// Feeds the messages in every way of cutting them, and expects each to end where it ends.
void expect_ends(const std::function<ServerStream()>& make, const std::vector<Bytes>& messages) {
    Bytes all;
    std::vector<Walked::End> ends;
    std::vector<std::size_t> begins;
    for (const auto& message : messages) {
        begins.push_back(all.size());
        append(all, message);
        ends.push_back({all.size(), message[0]});
    }
    const auto check = [&](const Walked& walked) {
        if (walked.error || walked.ends != ends || walked.begins != begins || walked.passed != all.size()) {
            CAPTURE(walked.passed, all.size(), walked.ends.size());
            if (walked.error) FAIL("refused: " << walked.error->message());
            FAIL("the pieces are wrong");
        }
    };
    check(walk_whole(make(), all));
    check(walk_runs(make(), all, 1));
    for (std::size_t cut = 1; cut < all.size(); ++cut) check(walk_cut(make(), all, cut));
    SUCCEED();
}

void expect_ends(const std::vector<Bytes>& messages, const PixelFormat& format = {}) {
    expect_ends([&] { return knowing_all(format); }, messages);
}

/// However it is cut, the message is refused, and not a byte behind the offending header has passed.
void expect_refused(const std::function<ServerStream()>& make, const Bytes& message, std::size_t header_ends,
                    WireError error) {
    auto bytes = bell();
    append(bytes, message);
    append(bytes, bell());
    for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
        const auto walked = walk_cut(make(), bytes, cut);
        REQUIRE(walked.error == make_error_code(error));
        REQUIRE(walked.passed < 1 + header_ends);
    }
    const auto walked = walk_runs(make(), bytes, 1);
    REQUIRE(walked.error == make_error_code(error));
    REQUIRE(walked.passed == header_ends);
}

void expect_refused(const Bytes& message, std::size_t header_ends, WireError error) {
    expect_refused([] { return knowing_all(); }, message, header_ends, error);
}

constexpr std::size_t first_rectangle_header = 4 + 12;

}  // namespace

TEST_CASE("server messages without rectangles end where they end, however they are cut") {
    expect_ends({bell(), bell(), server_cut_text(""), server_cut_text("hello"), colour_map(0, 0), colour_map(7, 3),
                 update({}), bell()});
    expect_ends({extended_cut_text(server::cut_text, 4), extended_cut_text(server::cut_text, 50), bell()});
    expect_ends({{server::end_of_continuous_updates}, bell()});
    expect_ends({Sent().u8(server::fence).any(3).u32(0x8000'0000).u8(5).any(5), bell()});
    expect_ends({Sent().u8(server::fence).any(3).u32(1).u8(0), bell()});
    expect_ends({Sent().u8(server::fence).any(3).u32(1).u8(64).any(64), bell()});
    expect_ends({Sent().u8(server::xvp).u8(0).u8(1).u8(1), bell()});
}

TEST_CASE("Raw is pixels of the format in force") {
    const Rect area{3, 4, 5, 6};
    expect_ends({update({rectangle(area, encoding::raw, Sent().any(5 * 6 * 4))}), bell()});
    expect_ends({update({rectangle(area, encoding::raw, Sent().any(5 * 6 * 2))}), bell()}, sixteen_bits());
    expect_ends({update({rectangle(area, encoding::raw, Sent().any(5 * 6))}), bell()}, colour_mapped());
    expect_ends({update({rectangle({0, 0, 0, 9}, encoding::raw), rectangle({9, 9, 9, 0}, encoding::raw)}), bell()});
}

TEST_CASE("CopyRect is four bytes and its source lies in the screen") {
    const Rect area{0, 0, 50, 40};
    const auto from = [&](unsigned x, unsigned y) {
        return update({rectangle(area, encoding::copy_rect, Sent().u16(x).u16(y))});
    };
    expect_ends({from(50, 40), from(0, 0), bell()});
    expect_refused(from(51, 0), first_rectangle_header + 4, WireError::outside_screen);
    expect_refused(from(0, 41), first_rectangle_header + 4, WireError::outside_screen);
}

TEST_CASE("Hextile is walked tile by tile") {
    const auto tiles = [](const Rect& area, const Bytes& body) {
        return update({rectangle(area, encoding::hextile, body)});
    };
    const Rect four{0, 0, 20, 18};  // tiles of 16x16, 4x16, 16x2, 4x2
    expect_ends(
        {tiles(four, Sent().u8(1).any(16 * 16 * 4).u8(1).any(4 * 16 * 4).u8(1).any(16 * 2 * 4).u8(1).any(4 * 2 * 4)),
         bell()});
    expect_ends({tiles(four, Sent().u8(0).u8(2).any(4).u8(4).any(4).u8(6).any(8)), bell()});
    expect_ends(
        {tiles(four, Sent().u8(8).u8(0).u8(8).u8(3).any(3 * 2).u8(24).u8(2).any(2 * 6).u8(8 | 2 | 4).any(8).u8(255).any(
                         255 * 2)),
         bell()});
    expect_ends({tiles(four, Sent().u8(24).u8(2).any(2 * 4).u8(2).any(2).u8(1).any(16 * 2 * 2).u8(0)), bell()},
                sixteen_bits());
    expect_ends({tiles({0, 0, 0, 0}, {}), tiles({5, 5, 0, 30}, {}), tiles({5, 5, 30, 0}, {}), bell()});
    expect_refused(tiles({0, 0, 16, 16}, Sent().u8(32).any(20)), first_rectangle_header + 1, WireError::bad_value);
}

TEST_CASE("RRE and CoRRE: a count, a background, subrectangles") {
    for (const auto& [kind, place] : {std::pair{encoding::rre, 8U}, std::pair{encoding::corre, 4U}}) {
        const auto of = [kind = kind](const Rect& area, const Bytes& body) {
            return update({rectangle(area, kind, body)});
        };
        const auto part = [place = place](std::size_t pixel, std::size_t count) { return count * (pixel + place); };
        const Rect area{3, 4, 5, 6};
        expect_ends({of(area, Sent().u32(0).any(4)), of(area, Sent().u32(30).any(4 + part(4, 30))), bell()});
        expect_ends({of(area, Sent().u32(3).any(2 + part(2, 3))), bell()}, sixteen_bits());
        expect_ends({of(area, Sent().u32(3).any(1 + part(1, 3))), of({0, 0, 0, 9}, Sent().u32(0).any(1)), bell()},
                    colour_mapped());
        expect_refused(of(area, Sent().u32(31).any(40)), first_rectangle_header + 4, WireError::oversized);
        expect_refused(of(area, Sent().u32(0xFFFF'FFFF).any(40)), first_rectangle_header + 4, WireError::oversized);
    }
}

TEST_CASE("Zlib and ZRLE: a length that cannot be much more than the pixels") {
    for (const auto kind : {encoding::zlib, encoding::zrle}) {
        const auto of = [=](const Rect& area, std::uint32_t length) {
            return update({rectangle(area, kind, Sent().u32(length).any(std::min(length, 3000U)))});
        };
        const Rect area{0, 0, 10, 10};
        expect_ends({of(area, 0), of(area, 1), of(area, 300), of({9, 9, 0, 0}, 8), bell()});
        expect_ends({of(area, 2 * 100 * 4 + 1024), bell()});
        expect_refused(of(area, 2 * 100 * 4 + 1025), first_rectangle_header + 4, WireError::oversized);
        expect_refused(of(area, 0xFFFF'FFFF), first_rectangle_header + 4, WireError::oversized);
    }
}

TEST_CASE("TRLE: raw, solid and packed tiles") {
    const auto of = [](const Rect& area, const Bytes& body) { return update({rectangle(area, encoding::trle, body)}); };
    const Rect two{0, 0, 20, 5};  // tiles of 16x5 and 4x5
    expect_ends({of(two, Sent().u8(0).any(16 * 5 * 3).u8(1).any(3)), bell()});
    expect_ends({of(two, Sent().u8(2).any(2 * 3 + 2 * 5).u8(127).any(5)), bell()});
    expect_ends({of(two, Sent().u8(4).any(4 * 3 + 4 * 5).u8(16).any(16 * 3 + 2 * 5)), bell()});
    expect_ends({of(two, Sent().u8(5).any(5 * 2 + 8 * 5).u8(0).any(4 * 5 * 2)), bell()}, sixteen_bits());
    const PixelFormat wide{32, 30, false, true, 1023, 1023, 1023, 20, 10, 0};
    expect_ends({of(two, Sent().u8(1).any(4).u8(3).any(3 * 4 + 5)), bell()}, wide);
    expect_ends({of({0, 0, 0, 9}, {}), of({9, 9, 9, 0}, {}), bell()});
    for (const unsigned unknown : {17U, 126U})
        expect_refused(of(two, Sent().u8(unknown).any(50)), first_rectangle_header + 1, WireError::bad_value);
    for (const unsigned nothing_to_reuse : {127U, 129U})
        expect_refused(of(two, Sent().u8(nothing_to_reuse).any(50)), first_rectangle_header + 1, WireError::bad_value);
    expect_refused(of(two, Sent().u8(130 + 17).any(19 * 3).u8(0xCF).u8(79).u8(127).any(9)),
                   first_rectangle_header + 1 + 57 + 1, WireError::bad_value);
}

TEST_CASE("TRLE: runs fill their tile exactly") {
    const auto of = [](const Bytes& body) { return update({rectangle({0, 0, 16, 16}, encoding::trle, body)}); };
    expect_ends({of(Sent().u8(128).any(3).u8(255).u8(0)), bell()});  // one run of 256
    expect_ends({of(Sent().u8(128).any(3).u8(99).any(3).u8(155)), bell()});
    Sent singles = Sent().u8(130).any(2 * 3);
    for (int i = 0; i < 128; ++i) singles.u8(0).u8(1);
    expect_ends({of(singles), bell()});
    expect_ends({of(Sent().u8(132).any(4 * 3).u8(0x83).u8(254).u8(2)), bell()});
    expect_ends({update({rectangle({0, 0, 32, 16}, encoding::trle,
                                   Sent().u8(130).any(2 * 3).u8(0x81).u8(255).u8(0).u8(129).u8(0x80).u8(255).u8(0))}),
                 bell()});
    expect_refused(of(Sent().u8(128).any(3).u8(255).u8(1).any(9)), first_rectangle_header + 6, WireError::bad_value);
    expect_refused(of(Sent().u8(130).any(6).u8(2).any(9)), first_rectangle_header + 8, WireError::bad_value);
    expect_refused(of(Sent().u8(130).any(6).u8(0x82).any(9)), first_rectangle_header + 8, WireError::bad_value);
}

TEST_CASE("Tight PNG: fill, JPEG and PNG, nothing else") {
    const auto of = [](const Bytes& body) { return update({rectangle({0, 0, 10, 7}, encoding::tight_png, body)}); };
    expect_ends({of(Sent().u8(0x80).any(3)), of(Sent().u8(0x90).then(compressed(300))),
                 of(Sent().u8(0xA0).then(compressed(70))), bell()});
    for (const unsigned other : {0x00U, 0x40U, 0xB0U, 0xE0U})
        expect_refused(of(Sent().u8(other).any(20)), first_rectangle_header + 1, WireError::bad_value);
}

TEST_CASE("QEMU's audio: end, begin, samples") {
    expect_ends({Sent().u8(server::qemu).u8(1).u16(0), Sent().u8(server::qemu).u8(1).u16(1),
                 Sent().u8(server::qemu).u8(1).u16(2).u32(0), Sent().u8(server::qemu).u8(1).u16(2).u32(77).any(77),
                 bell()});
    expect_refused(Sent().u8(server::qemu).u8(0).any(9), 4, WireError::unknown_message);
    expect_refused(Sent().u8(server::qemu).u8(1).u16(3).any(9), 4, WireError::unknown_message);
    expect_refused(Sent().u8(server::qemu).u8(1).u16(2).u32((1 << 20) + 1).any(9), 8, WireError::oversized);
}

TEST_CASE("Tight: fill, JPEG and the basic filters") {
    const auto of = [](const Rect& area, const Bytes& body) {
        return update({rectangle(area, encoding::tight, body)});
    };
    const Rect area{0, 0, 10, 7};
    expect_ends({of(area, Sent().u8(0x80).any(3)), of(area, Sent().u8(0x8F).any(3)), bell()});
    expect_ends(
        {of(area, Sent().u8(0x90).then(compressed(1))), of(area, Sent().u8(0x90).then(compressed(127))), bell()});
    expect_ends(
        {of(area, Sent().u8(0x90).then(compressed(128))), of(area, Sent().u8(0x90).then(compressed(5000))), bell()});
    for (const unsigned stream : {0x00U, 0x10U, 0x20U, 0x3FU})
        expect_ends({of(area, Sent().u8(stream).then(compressed(33))), bell()});
    for (const unsigned copy_or_gradient : {0U, 2U})
        expect_ends({of(area, Sent().u8(0x40).u8(copy_or_gradient).then(compressed(33))), bell()});
    expect_ends({of(area, Sent().u8(0x70).u8(1).u8(1).any(2 * 3).then(compressed(14))),
                 bell()});  // 2 colours, 14 bytes of bits
    expect_ends({of(area, Sent().u8(0x70).u8(1).u8(2).any(3 * 3).then(compressed(44))), bell()});
    expect_ends({of(area, Sent().u8(0x70).u8(1).u8(255).any(256 * 3).then(compressed(44))), bell()});
    expect_refused(of(area, Sent().u8(0xB0).then(compressed(9))), first_rectangle_header + 1, WireError::bad_value);
    expect_refused(of(area, Sent().u8(0xF0).any(9)), first_rectangle_header + 1, WireError::bad_value);
    expect_refused(of(area, Sent().u8(0x40).u8(3).any(9)), first_rectangle_header + 2, WireError::bad_value);
    expect_refused(of(area, Sent().u8(0x90).u8(0).any(9)), first_rectangle_header + 2, WireError::bad_value);
    expect_refused(of(area, Sent().u8(0x90).u8(0x80).u8(0x80).u8(0).any(9)), first_rectangle_header + 4,
                   WireError::bad_value);
}

TEST_CASE("Tight without zlib has a length too, which is that of its pixels") {
    const auto of = [](const Rect& area, const Bytes& body) {
        return update({rectangle(area, encoding::tight, body)});
    };
    const Rect area{0, 0, 10, 7};
    expect_ends(
        {of(area, Sent().u8(0xA0).then(compressed(10 * 7 * 3))), of({0, 0, 3, 1}, Sent().u8(0xA0).any(9)), bell()});
    expect_ends({of(area, Sent().u8(0xE0).u8(2).then(compressed(10 * 7 * 3))),
                 of(area, Sent().u8(0xE0).u8(1).u8(1).any(6).then(compressed(14))), bell()});
    expect_refused(of(area, Sent().u8(0xA0).then(compressed(10 * 7 * 3 + 1))), first_rectangle_header + 3,
                   WireError::bad_value);
    expect_refused(of(area, Sent().u8(0xE0).u8(1).u8(1).any(6).then(compressed(13))), first_rectangle_header + 10,
                   WireError::bad_value);
}

TEST_CASE("Tight: under twelve bytes of pixels are not compressed and have no length") {
    const auto of = [](const Rect& area, const Bytes& body) {
        return update({rectangle(area, encoding::tight, body)});
    };
    expect_ends(
        {of({0, 0, 3, 1}, Sent().u8(0x00).any(9)), of({0, 0, 4, 1}, Sent().u8(0x00).then(compressed(5))), bell()});
    expect_ends(
        {of({0, 0, 5, 1}, Sent().u8(0x00).any(10)), of({0, 0, 6, 1}, Sent().u8(0x00).then(compressed(5))), bell()},
        sixteen_bits());
    expect_ends(
        {of({0, 0, 11, 1}, Sent().u8(0x00).any(11)), of({0, 0, 12, 1}, Sent().u8(0x00).then(compressed(5))), bell()},
        colour_mapped());
    // Two colours: bits. 88 x 1 are 11 bytes, 89 x 1 are 12.
    expect_ends({of({0, 0, 88, 1}, Sent().u8(0x40).u8(1).u8(1).any(6).any(11)),
                 of({0, 0, 89, 1}, Sent().u8(0x40).u8(1).u8(1).any(6).then(compressed(5))), bell()});
    expect_ends({of({0, 0, 11, 1}, Sent().u8(0x40).u8(1).u8(4).any(15).any(11)), bell()});
    expect_ends({of({0, 0, 11, 1}, Sent().u8(0x40).u8(1).u8(2).any(9).any(11)), bell()});
    expect_ends({of({0, 0, 0, 0}, Sent().u8(0x00)), of({1, 1, 0, 5}, Sent().u8(0x80).any(3)),
                 of({1, 1, 5, 0}, Sent().u8(0x40).u8(1).u8(1).any(6)), bell()});
}

TEST_CASE("Tight pixels have three bytes only at 32 bits with depth 24") {
    auto deep = PixelFormat{};
    deep.depth = 32;
    const auto fill = [](std::size_t bytes) {
        return update({rectangle({0, 0, 9, 9}, encoding::tight, Sent().u8(0x80).any(bytes))});
    };
    expect_ends({fill(3), bell()});
    expect_ends({fill(4), bell()}, deep);
    expect_ends({fill(2), bell()}, sixteen_bits());
    expect_ends({fill(1), bell()}, colour_mapped());
}

TEST_CASE("a Tight length of three bytes reaches 22 bits") {
    const auto message =
        update({rectangle({0, 0, 100, 80}, encoding::tight, Sent().u8(0x90).then(compressed((1 << 22) - 1)))});
    for (const std::size_t run : {message.size(), std::size_t{65536}, std::size_t{1000}}) {
        const auto walked = walk_runs(knowing_all(), message, run);
        REQUIRE_FALSE(walked.error);
        REQUIRE(walked.ends == std::vector<Walked::End>{{message.size(), 0}});
    }
}

TEST_CASE("Tight: a basic rectangle may be 2048 wide, a filled one as wide as the screen") {
    const auto make = [] {
        ServerStream stream(screen_of(4000, 10));
        stream.asked_for(std::vector{encoding::tight});
        return stream;
    };
    const auto of = [](int width, const Bytes& body) {
        return update({rectangle({0, 0, width, 1}, encoding::tight, body)});
    };
    expect_ends(make, {of(4000, Sent().u8(0x80).any(3)), of(2048, Sent().u8(0).then(compressed(20))), bell()});
    expect_refused(make, of(2049, Sent().u8(0).then(compressed(20))), first_rectangle_header + 1, WireError::bad_value);
}

TEST_CASE("cursors: with mask, in two colours, with alpha, and without area") {
    const Rect shape{2, 3, 9, 5};  // the hot spot, 9 x 5; a mask row has 2 bytes
    const auto of = [](const Rect& at, std::int32_t encoding, const Bytes& body) {
        return update({rectangle(at, encoding, body)});
    };
    expect_ends(
        {of(shape, encoding::cursor, Sent().any(9 * 5 * 4 + 2 * 5)), of({0, 0, 0, 0}, encoding::cursor, {}), bell()});
    expect_ends({of(shape, encoding::cursor, Sent().any(9 * 5 * 2 + 2 * 5)), bell()}, sixteen_bits());
    expect_ends({of(shape, encoding::x_cursor, Sent().any(6 + 2 * 2 * 5)), of({0, 0, 0, 0}, encoding::x_cursor, {}),
                 of({0, 0, 0, 4}, encoding::x_cursor, {}), bell()});
    expect_ends({of(shape, encoding::cursor_with_alpha, Sent().s32(0).any(9 * 5 * 4)),
                 of({0, 0, 0, 0}, encoding::cursor_with_alpha, Sent().s32(0)), bell()},
                sixteen_bits());
    expect_refused(of(shape, encoding::cursor_with_alpha, Sent().s32(encoding::tight).any(9)),
                   first_rectangle_header + 4, WireError::unasked_encoding);
    for (const auto kind : {encoding::cursor, encoding::x_cursor, encoding::cursor_with_alpha}) {
        expect_refused(of({0, 0, 513, 1}, kind, Sent().any(50)), first_rectangle_header, WireError::oversized);
        expect_refused(of({0, 0, 1, 513}, kind, Sent().any(50)), first_rectangle_header, WireError::oversized);
    }
}

TEST_CASE("pseudo-rectangles without contents") {
    expect_ends({update({rectangle({60'000, 60'000, 0, 0}, encoding::pointer_pos)}),
                 update({rectangle({0, 0, 0, 0}, encoding::led_state, {5})}),
                 update({rectangle({0, 0, 0, 0}, encoding::qemu_extended_key)}), bell()});
}

TEST_CASE("a desktop's name has a limit") {
    const auto name = [](std::uint32_t announced, std::size_t sent) {
        return update({rectangle({0, 0, 0, 0}, encoding::desktop_name, Sent().u32(announced).any(sent))});
    };
    expect_ends({name(0, 0), name(11, 11), bell()});
    expect_ends({name(4096, 4096), bell()});
    expect_refused(name(4097, 20), first_rectangle_header + 4, WireError::oversized);
    expect_refused(name(0xFFFF'FFFF, 20), first_rectangle_header + 4, WireError::oversized);
}

TEST_CASE("a resize holds from the rectangle that announces it") {
    const auto small = rectangle({0, 0, 20, 10}, encoding::desktop_size);
    const auto late = rectangle({15, 0, 6, 5}, encoding::raw, Sent().any(6 * 5 * 4));
    expect_ends({update({late, small}), bell()});
    expect_refused(update({small, late}), 4 + 12 + 12, WireError::outside_screen);

    auto stream = knowing_all();
    const auto message = update({small});
    REQUIRE(stream.next(ByteView(message).first(15)).value().size == 15);
    REQUIRE(stream.screen() == Size{100, 80});
    REQUIRE(stream.next(ByteView(message).subspan(15)).value().ends);
    REQUIRE(stream.screen() == Size{20, 10});
}

TEST_CASE("ExtendedDesktopSize: screens are counted, a refused change changes nothing") {
    const auto of = [](const Rect& at, unsigned screens) {
        return update({rectangle(at, encoding::extended_desktop_size, Sent().u8(screens).any(3).any(screens * 16))});
    };
    expect_ends({of({0, 0, 200, 300}, 1), of({1, 0, 50, 50}, 0), of({2, 1, 70, 70}, 64), bell()});
    REQUIRE(walk_whole(knowing_all(), of({0, 0, 200, 300}, 1)).screen == Size{200, 300});
    REQUIRE(walk_whole(knowing_all(), of({1, 0, 200, 300}, 1)).screen == Size{200, 300});
    REQUIRE(walk_whole(knowing_all(), of({1, 3, 200, 300}, 1)).screen == Size{100, 80});
    expect_refused(of({0, 0, 9, 9}, 65), first_rectangle_header + 4, WireError::oversized);
}

TEST_CASE("a screen has a longest side and a largest area") {
    for (const auto kind : {encoding::desktop_size, encoding::extended_desktop_size}) {
        const auto of = [=](int width, int height) {
            return update({rectangle({0, 0, width, height}, kind, Sent().any(4))});
        };
        expect_refused(of(16'385, 1), first_rectangle_header, WireError::oversized);
        expect_refused(of(1, 16'385), first_rectangle_header, WireError::oversized);
        expect_refused(of(16'384, 4097), first_rectangle_header, WireError::oversized);
    }
    REQUIRE(walk_whole(knowing_all(), update({rectangle({0, 0, 16'384, 4096}, encoding::desktop_size)})).screen ==
            Size{16'384, 4096});
}

TEST_CASE("LastRect ends an update of any announced length") {
    const auto raw = rectangle({0, 0, 1, 1}, encoding::raw, Sent().any(4));
    const auto last = rectangle({0, 0, 0, 0}, encoding::last_rect);
    expect_ends({update_of(0xFFFF, {raw, raw, last}), update_of(0xFFFF, {last}), update_of(9, {raw, last}), bell()});
    expect_refused([] { return knowing({}); }, update({last}), first_rectangle_header, WireError::unasked_encoding);
}

TEST_CASE("0xFFFF rectangles are just that many where LastRect was not asked for") {
    std::vector<Bytes> empty(0xFFFF, rectangle({0, 0, 0, 0}, encoding::raw));
    const auto message = update(empty);
    const auto walked = walk_runs(knowing({}), message, 65'536);
    REQUIRE_FALSE(walked.error);
    REQUIRE(walked.ends == std::vector<Walked::End>{{message.size(), 0}});
}

TEST_CASE("a rectangle of an encoding that was not asked for is refused") {
    for (const auto kind : all_encodings()) {
        if (kind == encoding::raw || kind == encoding::copy_rect) continue;
        CAPTURE(kind);
        const auto message = update({rectangle({0, 0, 4, 4}, kind, Sent().any(100))});
        expect_refused([] { return knowing({}); }, message, first_rectangle_header, WireError::unasked_encoding);
    }
    for (const auto kind : {3, 8, 10, 17, 99, -261 - 1000}) {
        CAPTURE(kind);
        const auto message = update({rectangle({0, 0, 4, 4}, kind, Sent().any(100))});
        expect_refused([=] { return knowing({kind}); }, message, first_rectangle_header, WireError::unasked_encoding);
    }
    expect_ends([] { return knowing({}); },
                {update({rectangle({0, 0, 1, 1}, encoding::raw, Sent().any(4)),
                         rectangle({0, 0, 1, 1}, encoding::copy_rect, Sent().u16(1).u16(1))}),
                 bell()});
}

TEST_CASE("asked once is asked for the rest of the connection") {
    auto stream = knowing({encoding::tight});
    stream.asked_for(std::vector{encoding::raw});
    REQUIRE(stream.next(update({rectangle({0, 0, 4, 4}, encoding::tight, Sent().u8(0x80).any(3))})).value().ends);
}

TEST_CASE("a rectangle outside the screen is refused") {
    for (const auto kind : {encoding::raw, encoding::copy_rect, encoding::hextile, encoding::tight, encoding::zrle,
                            encoding::zlib, encoding::rre, encoding::corre, encoding::trle, encoding::tight_png})
        for (const Rect& area : {Rect{0, 0, 101, 1}, Rect{0, 0, 1, 81}, Rect{100, 0, 1, 1}, Rect{0, 80, 1, 1},
                                 Rect{65'535, 65'535, 65'535, 65'535}, Rect{65'535, 0, 0, 0}})
            expect_refused(update({rectangle(area, kind, Sent().any(60))}), first_rectangle_header,
                           WireError::outside_screen);
}

TEST_CASE("a rectangle of too many pixels is refused whatever the screen") {
    const auto make = [] { return ServerStream(screen_of(65'535, 65'535)); };
    expect_refused(make, update({rectangle({0, 0, 65'535, 65'535}, encoding::raw, Sent().any(60))}),
                   first_rectangle_header, WireError::oversized);
}

TEST_CASE("cut text has a limit, and a negative length only when it was asked for") {
    const auto of = [](std::uint32_t length) { return Bytes(Sent().u8(server::cut_text).any(3).u32(length).any(30)); };
    expect_refused(of((1 << 20) + 1), 8, WireError::oversized);
    expect_refused(of(0x7FFF'FFFF), 8, WireError::oversized);
    expect_refused(of(0x8000'0000), 8, WireError::oversized);
    expect_refused(of(static_cast<std::uint32_t>(-((1 << 20) + 1))), 8, WireError::oversized);
    expect_refused([] { return knowing({}); }, of(static_cast<std::uint32_t>(-4)), 8, WireError::oversized);
    const auto longest = server_cut_text(std::string(1 << 20, 'x'));
    REQUIRE(walk_runs(knowing({}), longest, 4096).ends == std::vector<Walked::End>{{longest.size(), server::cut_text}});
}

TEST_CASE("messages that were not negotiated are refused") {
    const auto none = [] { return knowing({}); };
    for (const unsigned type : {4U, 5U, 7U, 11U, 150U, 173U, 248U, 249U, 250U, 251U, 255U})
        expect_refused(none, Sent().u8(type).any(20), 1, WireError::unknown_message);
    for (const unsigned type : {4U, 7U, 11U, 249U, 251U})
        expect_refused(Sent().u8(type).any(20), 1, WireError::unknown_message);
    expect_refused(Sent().u8(server::fence).any(7).u8(65).any(65), 9, WireError::oversized);
}

TEST_CASE("a broken stream stays broken") {
    auto stream = knowing_all();
    REQUIRE(stream.next(Bytes{99}).has_error());
    REQUIRE(stream.next(bell()).error() == make_error_code(WireError::unknown_message));
}

TEST_CASE("a pixel format holds from the next update on, also when it is set within one") {
    const auto raw = [](std::size_t pixel) {
        return update({rectangle({0, 0, 4, 2}, encoding::raw, Sent().any(8 * pixel))});
    };
    auto stream = knowing_all();
    REQUIRE(stream.next(bell()).has_value());
    REQUIRE(stream.updates_begun() == 0);
    stream.set_format(sixteen_bits());
    REQUIRE(stream.format() == sixteen_bits());
    const auto first = raw(2);
    REQUIRE(stream.next(ByteView(first).first(1)).has_value());
    REQUIRE(stream.updates_begun() == 1);
    stream.set_format({});
    REQUIRE(stream.format() == sixteen_bits());
    REQUIRE(stream.next_format() == PixelFormat{});
    REQUIRE(stream.next(ByteView(first).subspan(1)).value().ends);
    REQUIRE(stream.next(bell()).value().ends);
    REQUIRE(stream.format() == sixteen_bits());
    REQUIRE(stream.next(raw(4)).value().ends);
    REQUIRE(stream.format() == PixelFormat{});
    REQUIRE(stream.updates_begun() == 2);
}
