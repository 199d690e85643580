#include "rfb-ext/ui/runs.hpp"

#include <catch2/catch.hpp>

using namespace pronto::ui;

namespace {

constexpr Fl_Font latin = 1, other = 2;
Fl_Font font_for(char32_t character) {
    return character < 0x500 ? latin : other;
}
/// One unit a byte: easy to count.
int bytes(std::string_view text) {
    return static_cast<int>(text.size());
}

std::vector<std::string> lines(std::string_view text, int width) {
    return wrapped_by(text, width, bytes);
}

}  // namespace

TEST_CASE("text is cut where its font changes and nowhere else") {
    const std::string text = "Привет, 你好 x";
    const auto runs = runs_by(text, font_for);
    REQUIRE(runs.size() == 3);
    CHECK(runs[0].text == "Привет, ");
    CHECK(runs[0].font == latin);
    CHECK(runs[1].text == "你好");
    CHECK(runs[1].font == other);
    CHECK(runs[2].text == " x");
    CHECK(runs_by("", font_for).empty());
}

TEST_CASE("broken UTF-8 loses no byte and does not read past the end") {
    for (const std::string text : {"\xFF\xFE", "a\xE4\xBD", "\xC3", "\xF0\x9F\x98"}) {
        std::string joined;
        for (const auto& run : runs_by(text, font_for)) joined += run.text;
        CHECK(joined == text);
    }
}

TEST_CASE("a character's beginning is found from its end") {
    const std::string text = "aé你";
    CHECK(character_before(text, 6) == 3);
    CHECK(character_before(text, 3) == 1);
    CHECK(character_before(text, 1) == 0);
    CHECK(character_before(text, 0) == 0);
}

TEST_CASE("lines break at spaces, at line ends, and inside a word only when it is longer than a line") {
    CHECK(lines("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(lines("one\n\ntwo", 10) == std::vector<std::string>{"one", "", "two"});
    CHECK(lines("abcdefgh ij", 3) == std::vector<std::string>{"abc", "def", "gh", "ij"});
    CHECK(lines("", 5) == std::vector<std::string>{""});
    CHECK(lines("fits", 4) == std::vector<std::string>{"fits"});
}

TEST_CASE("a line holds at least one whole character however narrow it is") {
    CHECK(lines("你好", 1) == std::vector<std::string>{"你", "好"});
    CHECK(lines("ab", 0) == std::vector<std::string>{"a", "b"});
}
