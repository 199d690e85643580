#include "repeater/rfb/filter.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::rfb;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

/// A filter in front of a host that it measures.
struct Door {
    explicit Door(Permission permission, Clipboard clipboard = Clipboard::passes)
        : filter(permission, clipboard, host) {}

    /// What the host gets of `in`; throws if the filter refuses.
    Bytes pass(const Bytes& in) {
        Bytes out;
        filter.feed(in, out).value();
        return out;
    }
    ErrorCode refusal(const Bytes& in) {
        Bytes out;
        return filter.feed(in, out).error();
    }

    ServerStream host{screen_of(100, 80)};
    ClientFilter filter;
};

const Bytes key = Sent().u8(client::key).u8(1).any(2).u32('a');
const Bytes pointer = Sent().u8(client::pointer).u8(1).u16(5).u16(6);
const Bytes cut_text = Sent().u8(client::cut_text).any(3).u32(5).text("hello");
const Bytes qemu_key = Sent().u8(client::qemu).u8(0).u16(1).u32('a').u32(30);
const Bytes fence = Sent().u8(client::fence).any(3).u32(1).u8(2).any(2);
const Bytes continuous = Sent().u8(client::enable_continuous_updates).u8(1).any(8);
const Bytes resize = Sent().u8(client::set_desktop_size).u8(0).u16(5).u16(6).u8(1).u8(0).any(16);
const Bytes request = write_update_request({0, 0, 100, 80}, true);

}  // namespace

TEST_CASE("with control input passes, flow control and resizing do not") {
    Door door(Permission::control);
    for (const auto& message : {key, pointer, cut_text, qemu_key, request}) REQUIRE(door.pass(message) == message);
    for (const auto& message : {fence, continuous, resize}) REQUIRE(door.pass(message).empty());
}

TEST_CASE("a viewer that only views is not cut off for moving the mouse") {
    Door door(Permission::view);
    for (const auto& message : {key, pointer, cut_text, qemu_key, fence, continuous, resize})
        REQUIRE(door.pass(message).empty());
    REQUIRE(door.pass(request) == request);
    REQUIRE(door.pass(write_set_encodings({encoding::tight})) == write_set_encodings({encoding::tight}));
}

TEST_CASE("where the clipboard stays, cut text is dropped and the host hears nothing of an extended clipboard") {
    Door door(Permission::control, Clipboard::stays);
    const Bytes extended = Sent().u8(client::cut_text).any(3).u32(0U - 8).any(8);
    REQUIRE(door.pass(write_set_encodings({encoding::tight, encoding::extended_clipboard})) ==
            write_set_encodings({encoding::tight}));
    for (const auto& message : {cut_text, extended}) REQUIRE(door.pass(message).empty());
    for (const auto& message : {key, pointer, qemu_key, request}) REQUIRE(door.pass(message) == message);
    REQUIRE(Door(Permission::control).pass(write_set_encodings({encoding::extended_clipboard})) ==
            write_set_encodings({encoding::extended_clipboard}));
}

TEST_CASE("messages pass the same way however they are cut") {
    const auto encodings = write_set_encodings({encoding::fence, encoding::tight});
    const auto format = write_set_pixel_format(sixteen_bits());
    const Bytes in =
        Sent().then(format).then(encodings).then(request).then(key).then(fence).then(pointer).then(cut_text);
    const Bytes all = Sent()
                          .then(format)
                          .then(write_set_encodings({encoding::tight}))
                          .then(request)
                          .then(key)
                          .then(pointer)
                          .then(cut_text);
    const Bytes seen = Sent().then(format).then(write_set_encodings({encoding::tight})).then(request);
    for (std::size_t cut = 0; cut <= in.size(); ++cut) {
        for (const auto permission : {Permission::control, Permission::view}) {
            Door door(permission);
            Bytes out;
            REQUIRE(door.filter.feed(ByteView(in).first(cut), out).has_value());
            REQUIRE(door.filter.feed(ByteView(in).subspan(cut), out).has_value());
            REQUIRE(out == (permission == Permission::control ? all : seen));
        }
    }
}

TEST_CASE("file transfer, text chat and unknown messages end the leg") {
    for (const auto permission : {Permission::control, Permission::view})
        for (const unsigned type : {1U, 7U, 8U, 10U, 11U, 15U, 20U, 249U, 252U, 253U, 254U}) {
            Door door(permission);
            REQUIRE(door.refusal(Sent().u8(type).any(30)) == make_error_code(WireError::unknown_message));
        }
}

TEST_CASE("what came before an unknown message has passed, and nothing after it") {
    Door door(Permission::control);
    Bytes out;
    const Bytes in = Sent().then(key).u8(7).then(pointer);
    REQUIRE(door.filter.feed(in, out).has_error());
    REQUIRE(out == key);
    REQUIRE(door.filter.feed(pointer, out).has_error());
    REQUIRE(out == key);
}

TEST_CASE("SetEncodings is cut down, and only what passed may come back") {
    Door door(Permission::control);
    const auto rectangle_of = [](std::int32_t encoding) {
        return update({rectangle({0, 0, 4, 4}, encoding, Sent().u8(0x80).any(3))});
    };
    REQUIRE(door.pass(write_set_encodings({50, encoding::qemu_audio, encoding::tight, encoding::fence, -25})) ==
            write_set_encodings({encoding::tight, -25}));
    REQUIRE(door.host.next(rectangle_of(encoding::tight)).value().ends);
    REQUIRE(door.host.next(rectangle_of(encoding::zrle)).error() == make_error_code(WireError::unasked_encoding));
    REQUIRE(door.pass(write_set_encodings({50})) == write_set_encodings({}));
}

TEST_CASE("the pixel format that passes is the one that pictures are measured by") {
    Door door(Permission::view);
    const auto message = write_set_pixel_format(sixteen_bits());
    REQUIRE(door.pass(message) == message);
    REQUIRE(door.host.format() == sixteen_bits());
    REQUIRE(door.refusal(Sent().u8(client::set_pixel_format).any(3).then(Bytes(16, 7))) ==
            make_error_code(WireError::bad_value));
}

TEST_CASE("another pixel format is refused while an update is awaited, the same one is not needed") {
    Door door(Permission::control);
    door.pass(write_set_pixel_format(sixteen_bits()));
    door.pass(request);
    REQUIRE(door.pass(write_set_pixel_format(sixteen_bits())).empty());
    REQUIRE(door.refusal(write_set_pixel_format({})) == make_error_code(WireError::format_change));
}

TEST_CASE("another pixel format passes once the update has begun that was asked for") {
    Door door(Permission::view);
    door.pass(request);
    const auto answer = update({});
    REQUIRE(door.host.next(ByteView(answer).first(2)).has_value());
    const auto format = write_set_pixel_format(sixteen_bits());
    REQUIRE(door.pass(format) == format);
    REQUIRE(door.host.next_format() == sixteen_bits());
    REQUIRE(door.host.next(ByteView(answer).subspan(2)).value().ends);
    door.pass(request);
    REQUIRE(door.refusal(write_set_pixel_format({})) == make_error_code(WireError::format_change));
}

TEST_CASE("QEMU's audio and xvp's wishes are dropped") {
    Door door(Permission::control);
    REQUIRE(door.pass(Sent().u8(client::qemu).u8(1).u16(0)).empty());
    REQUIRE(door.pass(Sent().u8(client::xvp).u8(0).u8(1).u8(2)).empty());
}

TEST_CASE("the extended clipboard's cut text passes only to a host that was told of it") {
    Door door(Permission::control);
    const auto extended = extended_cut_text(client::cut_text, 8);
    REQUIRE(door.pass(extended).empty());
    door.pass(write_set_encodings({encoding::extended_clipboard}));
    REQUIRE(door.pass(extended) == extended);
    Door view(Permission::view);
    view.pass(write_set_encodings({encoding::extended_clipboard}));
    REQUIRE(view.pass(extended).empty());
}
