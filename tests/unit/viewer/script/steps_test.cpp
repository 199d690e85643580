#include <catch2/catch.hpp>

#include <stdexcept>

#include "viewer/script/keys.hpp"
#include "viewer/script/steps.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

std::string problem_of(std::string_view script) {
    try {
        check_order(parse_script(script));
        return {};
    } catch (const std::runtime_error& problem) {
        return problem.what();
    }
}

}  // namespace

TEST_CASE("characters become the keysyms that type them") {
    CHECK(keysyms_of("aA ~") == std::vector<std::uint32_t>{'a', 'A', ' ', '~'});
    CHECK(keysyms_of("é€") == std::vector<std::uint32_t>{0xE9, 0x010020AC});
    CHECK(keysyms_of("\n\t") == std::vector<std::uint32_t>{0xFF0D, 0xFF09});
    CHECK(keysyms_of("\xF0\x9F\x98\x80") == std::vector<std::uint32_t>{0x0101F600});
    CHECK(keysyms_of("") == std::vector<std::uint32_t>{});
}

TEST_CASE("what is not UTF-8 or no character is refused") {
    for (const std::string_view text : {"\xC3", "\xA9", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80",
                                        "\x1B", "\x7F", "\xC2\x80", "a\xFF"})
        CHECK_FALSE(keysyms_of(text));
}

TEST_CASE("chords name keys in the order they are pressed") {
    CHECK(parse_chord("Return") == std::vector<std::uint32_t>{0xFF0D});
    CHECK(parse_chord("ctrl+alt+delete") == std::vector<std::uint32_t>{0xFFE3, 0xFFE9, 0xFFFF});
    CHECK(parse_chord("Shift+a") == std::vector<std::uint32_t>{0xFFE1, 'a'});
    CHECK(parse_chord("+") == std::vector<std::uint32_t>{'+'});
    CHECK(parse_chord("Ctrl++") == std::vector<std::uint32_t>{0xFFE3, '+'});
    CHECK(parse_chord("F12") == std::vector<std::uint32_t>{0xFFC9});
    for (const auto* text : {"", "Retrn", "Ctrl+", "a+b+c+d+e+f+g+h+i", "ab"}) CHECK_FALSE(parse_chord(text));
}

TEST_CASE("a script is read line by line") {
    const auto steps = parse_script("# a script\n"
                                    "\n"
                                    "type echo  'two  spaces' \r\n"
                                    "key Ctrl+c\n"
                                    "  move 10 20\n"
                                    "click 1,2\n"
                                    "click 1 2 right\n"
                                    "wait-change\n"
                                    "wait-change 500\n"
                                    "wait-still 300\n"
                                    "wait-still 300 900\n"
                                    "sleep 0\n"
                                    "save a b.png\n"
                                    "clipboard häh\n"
                                    "record off\n"
                                    "end");
    const std::vector<Step> expected{
        step::Type{keysyms_of("echo  'two  spaces' ").value()},
        step::Key{{0xFFE3, 'c'}},
        step::Move{{10, 20}},
        step::Click{{1, 2}, 1},
        step::Click{{1, 2}, 3},
        step::WaitChange{Millis(10'000)},
        step::WaitChange{Millis(500)},
        step::WaitStill{Millis(300), Millis(10'300)},
        step::WaitStill{Millis(300), Millis(900)},
        step::Sleep{Millis(0)},
        step::Save{"a b.png"},
        step::SendClipboard{"häh"},
        step::Record{false},
        step::End{},
    };
    CHECK(steps == expected);
    CHECK_NOTHROW(check_order(steps));
}

TEST_CASE("a wrong line is refused with its number and what is wrong") {
    CHECK(problem_of("sleep 1\nslep 2") == "line 2: there is no step \"slep\"; did you mean sleep?");
    CHECK(problem_of("xyzzyxyzzy 1").find("there is no step") != std::string::npos);
    CHECK(problem_of("key Retrun") == "line 1: key: there is no key \"Retrun\"; did you mean Return?");
    CHECK(problem_of("move 1") == "line 1: write it as: move X Y");
    CHECK(problem_of("move 1 99999").find("from 0 to 32767") != std::string::npos);
    CHECK(problem_of("move -1 1").find("\"-1\"") != std::string::npos);
    CHECK(problem_of("click 1 2 thumb").find("thumb") != std::string::npos);
    CHECK(problem_of("sleep 1x").find("\"1x\"") != std::string::npos);
    CHECK(problem_of("sleep 99999999999999999999").find("not a number") != std::string::npos);
    CHECK(problem_of("end\nsleep 1") == "\"end\" must be the last step");
    for (const auto* line : {"type", "key", "key a b", "click 1", "wait-still", "wait-change 1 2", "sleep", "save", "clipboard", "end 1",
                             "type \xFF"})
        CHECK_FALSE(problem_of(line).empty());
    CHECK(problem_of("clipboard " + std::string(48 * 1024, 'x')).empty());
    CHECK_FALSE(problem_of("clipboard " + std::string(48 * 1024 + 1, 'x')).empty());
}

TEST_CASE("the description of a step never tells what is typed or sent") {
    CHECK(described(parse_step("type hunter2")) == "type 7 characters");
    CHECK(described(parse_step("clipboard hunter2")) == "send 7 bytes of clipboard");
    CHECK(described(parse_step("key x")) == "press a key");
}
