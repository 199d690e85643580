#include "rfb-ext/wire/client_stream.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

std::vector<Bytes> every_message() {
    return {
        write_set_pixel_format(sixteen_bits()),
        write_set_encodings({}),
        write_set_encodings({encoding::tight, encoding::cursor, 5}),
        write_update_request({1, 2, 3, 4}, true),
        Sent().u8(client::key).u8(1).any(2).u32('a'),
        Sent().u8(client::pointer).u8(1).u16(5).u16(6),
        Sent().u8(client::cut_text).any(3).u32(0),
        Sent().u8(client::cut_text).any(3).u32(5).text("hello"),
        extended_cut_text(client::cut_text, 20),
        Sent().u8(client::enable_continuous_updates).u8(1).any(8),
        Sent().u8(client::fence).any(3).u32(1).u8(0),
        Sent().u8(client::fence).any(3).u32(1).u8(64).any(64),
        Sent().u8(client::set_desktop_size).u8(0).u16(5).u16(6).u8(0).u8(0),
        Sent().u8(client::set_desktop_size).u8(0).u16(5).u16(6).u8(255).u8(0).any(255 * 16),
        Sent().u8(client::qemu).u8(0).u16(1).u32('a').u32(30),
        Sent().u8(client::qemu).u8(1).u16(0),
        Sent().u8(client::qemu).u8(1).u16(2).any(6),
        Sent().u8(client::xvp).u8(0).u8(1).u8(2),
    };
}

/// Feeds in two runs and returns what came out.
std::vector<Bytes> taken(ByteView bytes, std::size_t cut) {
    std::vector<Bytes> messages;
    ClientStream stream;
    for (const auto run : {bytes.first(cut), bytes.subspan(cut)}) {
        stream.feed(run);
        while (auto message = stream.next().value()) {
            if (message->type != message->bytes[0]) throw std::logic_error("the type is wrong");
            messages.push_back(std::move(message->bytes));
        }
    }
    return messages;
}

void expect_refused(const Bytes& message, std::size_t header_bytes, WireError error) {
    ClientStream stream;
    stream.feed(ByteView(message).first(header_bytes - 1));
    REQUIRE_FALSE(stream.next().value());
    stream.feed(ByteView(message).subspan(header_bytes - 1, 1));
    REQUIRE(stream.next().error() == make_error_code(error));
    stream.feed(Bytes{client::pointer, 0, 0, 0, 0, 0});
    REQUIRE(stream.next().error() == make_error_code(error));
}

}  // namespace

TEST_CASE("client messages come out whole, however they are cut") {
    const auto messages = every_message();
    Bytes all;
    for (const auto& message : messages) append(all, message);
    for (std::size_t cut = 0; cut <= all.size(); ++cut)
        if (taken(all, cut) != messages) FAIL("cut at " << cut);
}

TEST_CASE("client messages come out of single bytes") {
    ClientStream stream;
    for (const auto& message : every_message()) {
        for (std::size_t i = 0; i < message.size(); ++i) {
            REQUIRE_FALSE(stream.next().value());
            stream.feed(ByteView(message).subspan(i, 1));
        }
        REQUIRE(stream.next().value()->bytes == message);
    }
    REQUIRE_FALSE(stream.next().value());
}

TEST_CASE("a client message over its limit is refused as soon as it says so") {
    expect_refused(Sent().u8(client::set_encodings).u8(0).u16(1025), 4, WireError::oversized);
    expect_refused(Sent().u8(client::cut_text).any(3).u32((1 << 20) + 1), 8, WireError::oversized);
    expect_refused(Sent().u8(client::cut_text).any(3).u32(0x8000'0000), 8, WireError::oversized);
    expect_refused(Sent().u8(client::fence).any(7).u8(65), 9, WireError::oversized);
    const Bytes most = write_set_encodings(std::vector<std::int32_t>(1024, 7));
    REQUIRE(taken(most, 100) == std::vector<Bytes>{most});
    const Bytes longest = Sent().u8(client::cut_text).any(3).u32(1 << 20).any(1 << 20);
    REQUIRE(taken(longest, 70'000) == std::vector<Bytes>{longest});
}

TEST_CASE("client messages of types nobody can measure are refused") {
    for (const unsigned type : {1U, 7U, 8U, 10U, 11U, 15U, 249U, 252U, 254U}) {
        ClientStream stream;
        stream.feed(Sent().u8(type).any(40).operator Bytes());
        REQUIRE(stream.next().error() == make_error_code(WireError::unknown_message));
    }
    expect_refused(Sent().u8(client::qemu).u8(2).u16(0), 4, WireError::unknown_message);
    expect_refused(Sent().u8(client::qemu).u8(1).u16(3), 4, WireError::unknown_message);
}

TEST_CASE("SetEncodings is taken apart and put together") {
    const std::vector<std::int32_t> some{encoding::tight, encoding::extended_clipboard, -1, 0};
    const auto message = write_set_encodings(some);
    REQUIRE(message == Bytes(Sent().u8(2).u8(0).u16(4).s32(7).s32(-1063131698).s32(-1).s32(0)));
    REQUIRE(read_set_encodings(message) == some);
    for (std::size_t cut = 0; cut < message.size(); ++cut)
        REQUIRE(read_set_encodings(ByteView(message).first(cut)).size() == (cut < 4 ? 0 : (cut - 4) / 4));
}

TEST_CASE("what is offered to a host is what can be measured, in the viewer's order, each once") {
    using namespace encoding;
    REQUIRE(
        measurable({zrle, tight, trle, hextile, zlib, tight, rre, corre, raw, tight_png, 21, copy_rect, 10, 17, 50}) ==
        std::vector<std::int32_t>{zrle, tight, trle, hextile, zlib, rre, corre, raw, tight_png, copy_rect});
    REQUIRE(measurable({fence, continuous_updates, xvp, desktop_size, extended_clipboard, -65536, -259}) ==
            std::vector<std::int32_t>{desktop_size, extended_clipboard});
    REQUIRE(measurable({-33, quality_0, -28, quality_9, -22, -257, compress_0, compress_9, -246}) ==
            std::vector<std::int32_t>{quality_0, -28, quality_9, compress_0, compress_9});
    for (const auto one : all_encodings()) {
        const bool withheld = one == fence || one == continuous_updates || one == xvp || one == qemu_audio;
        REQUIRE(measurable({one}).empty() == withheld);
    }
}

TEST_CASE("SetPixelFormat and FramebufferUpdateRequest are written as the RFC has them") {
    const auto message = write_set_pixel_format(sixteen_bits());
    REQUIRE(message.size() == 20);
    REQUIRE(read_set_pixel_format(message).value() == sixteen_bits());
    REQUIRE(read_set_pixel_format(ByteView(message).first(19)).has_error());
    REQUIRE(write_update_request({1, 2, 300, 4}, false) == Bytes(Sent().u8(3).u8(0).u16(1).u16(2).u16(300).u16(4)));
    REQUIRE(write_update_request({}, true)[1] == 1);
}
