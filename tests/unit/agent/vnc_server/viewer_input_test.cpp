#include "agent/vnc_server/viewer_input.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::vnc_server;

namespace {

Bytes key(std::uint32_t keysym, bool down) {
    Bytes out{wire::client::key, static_cast<Byte>(down), 0, 0};
    append_u32(out, keysym);
    return out;
}
Bytes qemu_key(std::uint32_t keysym, std::uint32_t code, bool down) {
    Bytes out{wire::client::qemu, 0, 0, static_cast<Byte>(down)};
    append_u32(out, keysym);
    append_u32(out, code);
    return out;
}
Bytes pointer(Byte buttons, unsigned x, unsigned y) {
    Bytes out{wire::client::pointer, buttons};
    append_u16(out, x);
    append_u16(out, y);
    return out;
}
Bytes joined(std::initializer_list<Bytes> all) {
    Bytes out;
    for (const auto& each : all) append(out, each);
    return out;
}

}  // namespace

TEST_CASE("messages cut anywhere come out whole and in order") {
    const auto all = joined({key('a', true), wire::write_update_request({0, 0, 640, 480}, true), pointer(1, 3, 4),
                             client_cut_text("text")});
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        ViewerInput it(Permission::control);
        auto out = it.take(ByteView(all).first(cut)).value();
        const bool at_boundary = out.size() == cut;
        CHECK((at_boundary || out.size() < cut));
        append(out, it.take(ByteView(all).subspan(cut)).value());
        CHECK(out == all);
    }
}

TEST_CASE("what no viewer sends is an error") {
    ViewerInput it(Permission::control);
    const Bytes wrong{99, 0, 0};
    CHECK(it.take(wrong).has_error());
    CHECK(it.take(key(0x61, true)).has_error());
}

TEST_CASE("what is held down is let go, once") {
    ViewerInput it(Permission::control);
    CHECK(it.release().empty());
    (void)it.take(
        joined({key('a', true), key('b', true), key('a', false), qemu_key('c', 46, true), pointer(5, 10, 20)}));
    CHECK(it.release() == joined({key('b', false), qemu_key('c', 46, false), pointer(0, 10, 20)}));
    CHECK(it.release().empty());
}

TEST_CASE("what was let go stays so, and a message that is not whole presses nothing") {
    ViewerInput it(Permission::control);
    (void)it.take(joined({qemu_key('c', 46, true), qemu_key('c', 46, false), pointer(1, 1, 1), pointer(0, 2, 2)}));
    (void)it.take(ByteView(key('a', true)).first(7));
    CHECK(it.release().empty());
}

TEST_CASE("nobody has more fingers than are remembered") {
    ViewerInput it(Permission::control);
    for (std::uint32_t keysym = 1; keysym < 10'000; ++keysym) (void)it.take(key(keysym, true));
    CHECK(it.release().size() == 64 * 8);
}

TEST_CASE("of one who only looks, what asks for pictures comes out, wherever it is cut, and nothing else") {
    const Bytes enable_audio{wire::client::qemu, 1, 0, 0};
    const Bytes audio_format{wire::client::qemu, 1, 0, 2, 3, 2, 0, 0, 0xAC, 0x44};
    const Bytes shut_down{wire::client::xvp, 0, 1, 2};
    const Bytes resize{wire::client::set_desktop_size, 0, 2, 0x80, 1, 0xE0, 0, 0};
    const Bytes extended_cut_text{wire::client::cut_text, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 2, 0, 0, 1};
    const Bytes fence{wire::client::fence, 0, 0, 0, 0x80, 0, 0, 1, 1, 7};
    const Bytes continuous{wire::client::enable_continuous_updates, 1, 0, 0, 0, 0, 2, 0x80, 1, 0xE0};
    const auto format = wire::write_set_pixel_format({});
    const auto encodings = wire::write_set_encodings({wire::encoding::tight, wire::encoding::raw});
    const auto request = wire::write_update_request({0, 0, 640, 480}, true);
    const auto all = joined({key('a', true), format, pointer(1, 3, 4), encodings, qemu_key('c', 46, true),
                             client_cut_text("text"), request, extended_cut_text, enable_audio, audio_format, shut_down,
                             resize, fence, key('a', false), continuous});
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        ViewerInput it(Permission::view);
        auto out = it.take(ByteView(all).first(cut)).value();
        append(out, it.take(ByteView(all).subspan(cut)).value());
        CHECK(out == joined({format, encodings, request, fence, continuous}));
        CHECK(it.release().empty());
    }
}

TEST_CASE("one who only looks is no viewer either after what no viewer sends") {
    ViewerInput it(Permission::view);
    CHECK(it.take(Bytes{99, 0, 0}).has_error());
    CHECK(it.take(wire::write_update_request({0, 0, 640, 480}, true)).has_error());
}

TEST_CASE("text travels in Latin-1") {
    CHECK(client_cut_text("") == Bytes{6, 0, 0, 0, 0, 0, 0, 0});
    CHECK(client_cut_text("Gr\u00fc\u00dfe\r\n\u20ac\U0001F600!") ==
          joined({{6, 0, 0, 0, 0, 0, 0, 9}, {'G', 'r', 0xFC, 0xDF, 'e', '\n', '?', '?', '!'}}));
}
