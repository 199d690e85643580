#include "viewer/ui/keyboard.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace pronto::viewer;

namespace {

constexpr std::uint32_t shift_l = 0xFFE1, control_l = 0xFFE3, alt_l = 0xFFE9, return_key = 0xFF0D, delete_key = 0xFFFF;

/// What reached the remote side, as text: "+a -a".
struct Remote {
    std::string heard;
    Keyboard keyboard{[this](std::uint32_t keysym, bool down) {
        heard += heard.empty() ? "" : " ";
        heard += down ? '+' : '-';
        if (keysym > 0x20 && keysym < 0x7F) {
            heard += static_cast<char>(keysym);
        } else {
            char digits[16];
            std::snprintf(digits, sizeof digits, "%X", keysym);
            heard += digits;
        }
    }};
    std::string take() { return std::exchange(heard, {}); }
};

/// The tests number places like keys.
Stroke plain(int key, std::string_view text) {
    return {key, key, text, false, false};
}
Stroke shifted(int key, std::string_view text) {
    return {key, key, text, true, false};
}
Stroke command(int key, std::string_view text, bool shift = false) {
    return {key, key, text, shift, true};
}

}  // namespace

TEST_CASE("a letter is typed and released as itself") {
    Remote remote;
    remote.keyboard.press(plain('a', "a"));
    remote.keyboard.release('a');
    CHECK(remote.take() == "+a -a");
}

TEST_CASE("with Shift the text decides, and the release matches even when Shift went up first") {
    Remote remote;
    remote.keyboard.press(shifted(static_cast<int>(shift_l), ""));
    remote.keyboard.press(shifted('2', "@"));
    remote.keyboard.release(shift_l);
    remote.keyboard.release('2');
    CHECK(remote.take() == "+FFE1 +@ -FFE1 -@");
}

TEST_CASE("letters of other alphabets are Unicode keysyms, Latin-1 ones are themselves") {
    Remote remote;
    remote.keyboard.press(plain(0x6C6, "ф"));
    remote.keyboard.release(0x6C6);
    remote.keyboard.press(plain('e', "é"));  // after a dead key
    remote.keyboard.release('e');
    remote.keyboard.press(plain('e', "€"));  // with AltGr
    remote.keyboard.release('e');
    CHECK(remote.take() == "+1000444 -1000444 +E9 -E9 +10020AC -10020AC");
}

TEST_CASE("keys without text are sent by name") {
    Remote remote;
    for (const int key : {0xFF0D, 0xFF1B, 0xFF51, 0xFFBE, 0xFFB7, 0xFFFF, 0xFE03}) {
        remote.keyboard.press(plain(key, key == 0xFF0D ? "\r" : ""));
        remote.keyboard.release(key);
    }
    CHECK(remote.take() == "+FF0D -FF0D +FF1B -FF1B +FF51 -FF51 +FFBE -FFBE +FFB7 -FFB7 +FFFF -FFFF +FE03 -FE03");
    CHECK(keysym_of_key(0xEF11, false) == 0x1008FF11);  // FLTK numbers the volume keys its own way
}

TEST_CASE("with Ctrl or Alt the key counts, not the control character it makes") {
    Remote remote;
    remote.keyboard.press(command('c', "\x03"));
    remote.keyboard.release('c');
    remote.keyboard.press(command('t', "\x14", true));
    remote.keyboard.release('t');
    CHECK(remote.take() == "+c -c +T -T");
}

TEST_CASE("locks are not sent: they have had their effect on the text") {
    Remote remote;
    for (const int key : {0xFFE5, 0xFF7F}) {
        remote.keyboard.press(plain(key, ""));
        remote.keyboard.release(key);
    }
    CHECK(remote.take().empty());
}

TEST_CASE("a held key repeats its press, and is released once") {
    Remote remote;
    for (int i = 0; i < 3; ++i) remote.keyboard.press(plain('x', "x"));
    remote.keyboard.release('x');
    remote.keyboard.release('x');
    CHECK(remote.take() == "+x +x +x -x");
}

TEST_CASE("a key that types something else while held lets go of the first thing") {
    Remote remote;
    remote.keyboard.press(plain('x', "x"));
    remote.keyboard.press(shifted('x', "X"));
    remote.keyboard.release('x');
    CHECK(remote.take() == "+x -x +X -X");
}

TEST_CASE("a key is released by its place though the layout has changed meanwhile") {
    Remote remote;
    remote.keyboard.press({24, 'q', "q", false, false});
    remote.keyboard.press({24, 'a', "a", false, false});
    remote.keyboard.release(24);
    CHECK(remote.take() == "+q -q +a -a");
}

TEST_CASE("losing the focus releases everything, later releases do nothing") {
    Remote remote;
    remote.keyboard.press(command(static_cast<int>(control_l), ""));
    remote.keyboard.press(command('v', "\x16"));
    remote.take();
    remote.keyboard.release_all();
    const auto released = remote.take();
    CHECK(released.find("-FFE3") != std::string::npos);
    CHECK(released.find("-v") != std::string::npos);
    remote.keyboard.release('v');
    remote.keyboard.release_all();
    CHECK(remote.take().empty());
}

TEST_CASE("a release without a press, as a dead key leaves one, is dropped") {
    Remote remote;
    remote.keyboard.release(0xFE51);
    CHECK(remote.take().empty());
}

TEST_CASE("what an input method commits is typed character by character") {
    Remote remote;
    remote.keyboard.press(plain(0, "你a"));
    CHECK(remote.take() == "+1004F60 -1004F60 +a -a");
}

TEST_CASE("a chord goes down in order and up in reverse") {
    Remote remote;
    remote.keyboard.chord({control_l, alt_l, delete_key});
    CHECK(remote.take() == "+FFE3 +FFE9 +FFFF -FFFF -FFE9 -FFE3");
}

TEST_CASE("broken text never becomes a key of its own") {
    Remote remote;
    for (const char* text : {"\xFF", "\xC3", "\xE4\xBD", "\x80"}) remote.keyboard.press(plain(0, text));
    CHECK(remote.take().empty());
    remote.keyboard.press(plain('q', "\xC3"));
    CHECK(remote.take() == "+q");
    CHECK(keysym_of_character('\n') == 0);
    CHECK(keysym_of_character(0x85) == 0);
    CHECK(return_key == keysym_of_key(0xFF0D, false));
}
