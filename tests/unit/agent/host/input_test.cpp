#include "agent/host/input/input.hpp"

#include <X11/keysym.h>

#include <catch2/catch.hpp>

#include "tests/support/xvfb.hpp"
#include "tests/unit/agent/host/x11_client.hpp"

using namespace pronto;
using namespace pronto::host;
using pronto::test::X11Client;
using pronto::test::Xvfb;

namespace {

struct Typist {
    Xvfb server;
    X11Client client{server.display(), {0, 0, 300, 200}};
    std::unique_ptr<Input> input = open_input(server.display());

    void tap(std::uint32_t keysym) {
        input->key(keysym, true);
        input->key(keysym, false);
    }
    std::string mapping() const { return server.run({"xmodmap", "-pke"}).output; }
};

constexpr std::uint32_t unicode(char32_t character) { return 0x01000000 + static_cast<std::uint32_t>(character); }

}  // namespace

TEST_CASE("characters of the layout are typed, whatever shift they need") {
    Typist it;
    for (const char c : std::string("aA1!@z~ Zz")) it.tap(static_cast<std::uint32_t>(c));
    CHECK(it.client.typed("aA1!@z~ Zz").text == "aA1!@z~ Zz");
    CHECK(it.client.soon([&] { return it.client.held_keys().empty(); }));
}

TEST_CASE("characters that the layout lacks are typed too, and the layout is put back") {
    Typist it;
    const auto before = it.mapping();
    for (const auto keysym : {std::uint32_t{XK_eacute}, std::uint32_t{XK_ssharp}, std::uint32_t{XK_EuroSign}, std::uint32_t{XK_at},
                              std::uint32_t{XK_ntilde}, std::uint32_t{XK_lstroke}, std::uint32_t{XK_Cyrillic_YA}, unicode(U'中'),
                              unicode(U'é'), unicode(U'€'), std::uint32_t{XK_Eacute}})
        it.tap(keysym);
    CHECK(it.client.typed("éß€@ñłЯ中é€É").text == "éß€@ñłЯ中é€É");
    CHECK(it.mapping() != before);
    it.input.reset();
    CHECK(it.mapping() == before);
}

TEST_CASE("more foreign characters than there are spare keys come out right as long as they are read in time") {
    Typist it;
    std::string all;
    for (char32_t c = 0x3042; c < 0x3042 + 60; ++c) {  // hiragana, katakana
        it.tap(unicode(c));
        const std::string text{static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        REQUIRE(it.client.typed(text).text == text);
    }
}

TEST_CASE("the viewer's own modifiers are kept, and faked ones are not seen afterwards") {
    Typist it;
    it.input->key(XK_Shift_L, true);
    it.tap('A');
    it.tap('b');  // typed without shift while shift is held
    it.tap('C');
    CHECK(it.client.typed("AbC").text == "AbC");
    CHECK(it.client.soon([&] { return it.client.modifiers() == 1; }));
    it.input->key(XK_Shift_L, false);
    CHECK(it.client.soon([&] { return it.client.modifiers() == 0; }));
    it.input->key(XK_Control_L, true);
    it.tap('c');
    it.tap(XK_Tab);
    it.input->key(XK_Control_L, false);
    CHECK(it.client.pressed(3).keysyms == std::vector<unsigned long>{XK_Control_L, 'c', XK_Tab});
}

TEST_CASE("keys that make no character keep the modifiers that are held") {
    Typist it;
    it.input->key(XK_Shift_L, true);
    it.tap(XK_Tab);
    it.tap(XK_F5);
    it.tap(XK_Home);
    it.input->key(XK_Shift_L, false);
    CHECK(it.client.pressed(4).keysyms == std::vector<unsigned long>{XK_Shift_L, XK_ISO_Left_Tab, XK_F5, XK_Home});
}

TEST_CASE("with Caps Lock on the character sent is the character typed") {
    Typist it;
    it.tap(XK_Caps_Lock);
    for (const char c : std::string("aBcD")) it.tap(static_cast<std::uint32_t>(c));
    CHECK(it.client.typed("aBcD").text == "aBcD");
}

TEST_CASE("a layout with several groups and a third level is used as it is") {
    Typist it;
    REQUIRE(it.server.run({"setxkbmap", "-layout", "de,ru"}).code == 0);
    const auto before = it.mapping();
    for (const auto keysym : {std::uint32_t{XK_udiaeresis}, std::uint32_t{'z'}, std::uint32_t{'@'}, std::uint32_t{XK_EuroSign},
                              std::uint32_t{XK_Cyrillic_ya}, std::uint32_t{XK_Cyrillic_YA}, std::uint32_t{'{'}, std::uint32_t{'y'}})
        it.tap(keysym);
    CHECK(it.client.typed("üz@€яЯ{y").text == "üz@€яЯ{y");
    CHECK(it.mapping() == before);
    CHECK(it.client.soon([&] { return it.client.modifiers() == 0; }));
    REQUIRE(it.server.run({"setxkbmap", "-layout", "fr"}).code == 0);  // changed under way
    for (const char c : std::string("azq1&")) it.tap(static_cast<std::uint32_t>(c));
    CHECK(it.client.typed("azq1&").text == "azq1&");
}

TEST_CASE("repetitions are the viewer's, not the server's") {
    Typist it;
    it.input->key('x', true);
    CHECK(it.client.typed_for(900).text == "x");  // the server would begin after 500 ms
    it.input->key('x', true);
    it.input->key('x', true);
    CHECK(it.client.typed("xx").text == "xx");
    it.input->key('x', false);
    CHECK(it.client.soon([&] { return it.client.held_keys().empty(); }));
}

TEST_CASE("a key released under another name is released") {
    Typist it;
    it.input->key(XK_Shift_L, true);
    it.input->key('A', true);
    it.input->key(XK_Shift_L, false);
    it.input->key('a', false);
    CHECK(it.client.soon([&] { return it.client.held_keys().empty(); }));
}

TEST_CASE("nothing stays pressed at the end") {
    Typist it;
    it.input->key(XK_Shift_L, true);
    it.input->key(XK_Alt_L, true);
    it.input->key('q', true);
    it.input->key(unicode(U'ж'), true);
    it.input->pointer({10, 10}, 1);
    CHECK(it.client.soon([&] { return it.client.held_keys().size() == 4; }));
    SECTION("asked") { it.input->release_all(); }
    SECTION("destroyed") { it.input.reset(); }
    CHECK(it.client.soon([&] { return it.client.held_keys().empty(); }));
    CHECK(it.client.soon([&] { return it.client.modifiers() == 0; }));
    const auto buttons = it.client.buttons(2);
    REQUIRE(buttons.size() == 2);
    CHECK_FALSE(buttons[1].down);
    CHECK(it.server.run({"xset", "q"}).output.find("auto repeat:  on") != std::string::npos);
}

TEST_CASE("the pointer moves, clicks and turns its wheel") {
    Typist it;
    it.input->pointer({123, 45}, 0);
    CHECK(it.client.soon([&] { return it.client.pointer() == Point{123, 45}; }));
    for (unsigned i = 0; i < 7; ++i) {
        it.input->pointer({20, 30}, 1U << i);
        it.input->pointer({20, 30}, 0);
    }
    const auto seen = it.client.buttons(14);
    REQUIRE(seen.size() == 14);
    for (unsigned i = 0; i < 7; ++i) {
        CHECK(seen[i * 2].number == i + 1);
        CHECK(seen[i * 2].down);
        CHECK(seen[i * 2].at == Point{20, 30});
        CHECK_FALSE(seen[i * 2 + 1].down);
    }
}

TEST_CASE("a server that goes away takes the input with it, not the process") {
    Xvfb server;
    const auto input = open_input(server.display());
    input->key('a', true);
    server.kill();
    for (int i = 0; i < 5; ++i) input->key('b', i % 2 == 0);
    input->pointer({1, 1}, 1);
    CHECK_THROWS_WITH(open_input(server.display()), Catch::Contains(server.display()));
}

TEST_CASE("a foreign character can be typed while another key is held") {
    Typist it;
    it.input->key('H', true);
    it.input->key(XK_EuroSign, true);
    CHECK(it.client.typed("H€").text == "H€");
}
