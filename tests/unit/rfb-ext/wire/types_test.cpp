#include "rfb-ext/wire/types.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/wire/errors.hpp"
#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

Bytes written(const PixelFormat& format) {
    Bytes out;
    append(out, format);
    return out;
}

void expect_refused(PixelFormat format) {
    REQUIRE(read_pixel_format(written(format)).error() == make_error_code(WireError::bad_value));
}

}  // namespace

TEST_CASE("a pixel format is sixteen bytes and reads back") {
    const Bytes expected = Sent().u8(32).u8(24).u8(0).u8(1).u16(255).u16(255).u16(255).u8(16).u8(8).u8(0).u8(0).u16(0);
    REQUIRE(written({}) == expected);
    auto big = sixteen_bits();
    big.big_endian = true;
    for (const auto& format :
         {PixelFormat{}, sixteen_bits(), colour_mapped(), big, PixelFormat{8, 8, false, true, 7, 7, 3, 0, 3, 6}})
        REQUIRE(read_pixel_format(written(format)).value() == format);
    REQUIRE(read_pixel_format(ByteView(expected).first(15)).has_error());
}

TEST_CASE("impossible pixel formats are refused") {
    for (const int bits : {0, 1, 4, 15, 24, 64, 255}) {
        PixelFormat format;
        format.bits_per_pixel = bits;
        expect_refused(format);
    }
    for (const int depth : {0, 33}) {
        PixelFormat format;
        format.depth = depth;
        expect_refused(format);
    }
    for (const int maximum : {0, 2, 254, 256, 65'534}) {
        PixelFormat format;
        format.green_max = maximum;
        expect_refused(format);
    }
    for (const int shift : {25, 32, 255}) {
        PixelFormat format;
        format.red_shift = shift;
        expect_refused(format);
    }
    auto mapped = PixelFormat{};
    mapped.true_colour = false;
    expect_refused(mapped);
}

TEST_CASE("Tight packs pixels at 32 bits with depth 24 and maxima of 255") {
    REQUIRE(PixelFormat{}.tight_packs());
    auto other = PixelFormat{};
    other.red_shift = 8, other.green_shift = 16, other.blue_shift = 24;
    REQUIRE(other.tight_packs());
    other.depth = 32;
    REQUIRE_FALSE(other.tight_packs());
    REQUIRE_FALSE(sixteen_bits().tight_packs());
    REQUIRE_FALSE(colour_mapped().tight_packs());
    REQUIRE_FALSE(PixelFormat{32, 24, false, true, 1023, 255, 255, 18, 8, 0}.tight_packs());
}

TEST_CASE("a compact pixel needs a free byte at either end") {
    REQUIRE(PixelFormat{}.compact_cpixel());
    REQUIRE(PixelFormat{32, 24, false, true, 255, 255, 255, 24, 16, 8}.compact_cpixel());
    REQUIRE_FALSE(PixelFormat{32, 24, false, true, 255, 255, 255, 24, 8, 0}.compact_cpixel());
    REQUIRE_FALSE(PixelFormat{32, 30, false, true, 1023, 1023, 1023, 20, 10, 0}.compact_cpixel());
    REQUIRE_FALSE(sixteen_bits().compact_cpixel());
}

TEST_CASE("ServerInit is written as RFC 6143 section 7.3.2 has it") {
    const Bytes expected = Sent().u16(640).u16(480).then(written({})).u32(4).text("desk");
    REQUIRE(write(screen_of(640, 480)) == expected);
}

TEST_CASE("every error has words of its own") {
    std::vector<std::string> said;
    for (int value = 1; value <= static_cast<int>(WireError::format_change); ++value) {
        const auto words = make_error_code(static_cast<WireError>(value)).message();
        REQUIRE(std::find(said.begin(), said.end(), words) == said.end());
        said.push_back(words);
    }
}
