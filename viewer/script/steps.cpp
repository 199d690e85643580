#include "viewer/script/steps.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/messages.hpp"
#include "viewer/script/keys.hpp"

namespace pronto::viewer {

namespace {

constexpr std::int64_t longest_wait_ms = 24 * 3'600 * 1'000;
constexpr int largest_coordinate = 32'767;

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
    throw std::runtime_error(fmt::format(text, std::forward<Args>(args)...));
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto start = text.find_first_not_of(" \t,");
        if (start == std::string_view::npos) return words;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(" \t,"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::int64_t number(std::string_view word, std::int64_t most, std::string_view what) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (problem != std::errc{} || end != word.data() + word.size() || value < 0 || value > most)
        fail("{}: \"{}\" is not a number from 0 to {}", what, word, most);
    return value;
}

Millis millis(std::string_view word, std::string_view what) { return Millis(number(word, longest_wait_ms, what)); }

/// The words behind the command, from `least` to `most` of them.
std::vector<std::string_view> arguments(std::string_view rest, std::size_t least, std::size_t most, std::string_view form) {
    auto words = words_of(rest);
    if (words.size() < least || words.size() > most) fail("write it as: {}", form);
    return words;
}

Point point(const std::vector<std::string_view>& words, std::string_view what) {
    return {static_cast<int>(number(words[0], largest_coordinate, what)),
            static_cast<int>(number(words[1], largest_coordinate, what))};
}

unsigned button(std::string_view word) {
    if (word == "left" || word == "1") return 1;
    if (word == "middle" || word == "2") return 2;
    if (word == "right" || word == "3") return 3;
    fail("click: there is no button \"{}\"; left, middle and right are known", word);
}

Step parse_type(std::string_view rest) {
    if (rest.empty()) fail("write it as: type TEXT");
    const auto keysyms = keysyms_of(rest);
    if (!keysyms) fail("type: the text is not UTF-8, or has a character that no key types");
    return step::Type{*keysyms};
}

Step parse_key(std::string_view rest) {
    const auto words = arguments(rest, 1, 1, "key NAME[+NAME...]");
    if (const auto chord = parse_chord(words[0])) return step::Key{*chord};
    const auto name = words[0].substr(words[0].rfind('+') + 1);
    const auto near = nearest(name, key_names());
    if (near.empty()) fail("key: there is no key \"{}\"", words[0]);
    fail("key: there is no key \"{}\"; did you mean {}?", words[0], near);
}

Step parse_click(std::string_view rest) {
    const auto words = arguments(rest, 2, 3, "click X Y [left|middle|right]");
    return step::Click{point(words, "click"), words.size() == 3 ? button(words[2]) : 1};
}

Step parse_wait_change(std::string_view rest) {
    const auto words = arguments(rest, 0, 1, "wait-change [MS]");
    return words.empty() ? step::WaitChange{} : step::WaitChange{millis(words[0], "wait-change")};
}

Step parse_wait_still(std::string_view rest) {
    const auto words = arguments(rest, 1, 2, "wait-still MS [AT-MOST-MS]");
    const auto still = millis(words[0], "wait-still");
    return step::WaitStill{still, words.size() == 2 ? millis(words[1], "wait-still") : still + Millis(10'000)};
}

Step parse_save(std::string_view rest) {
    if (rest.empty()) fail("write it as: save FILE.png");
    return step::Save{std::string(rest)};
}

Step parse_clipboard(std::string_view rest) {
    if (rest.empty()) fail("write it as: clipboard TEXT");
    if (rest.size() > control::longest_clipboard_bytes) fail("clipboard: the text is longer than 48 KB");
    return step::SendClipboard{std::string(rest)};
}

Step parse_record(std::string_view rest) {
    if (rest != "on" && rest != "off") fail("write it as: record on, or: record off");
    return step::Record{rest == "on"};
}

const std::vector<std::string>& commands() {
    static const std::vector<std::string> names{"type",       "key",   "move", "click",     "wait-change",
                                                "wait-still", "sleep", "save", "clipboard", "record",
                                                "end"};
    return names;
}

}  // namespace

Step parse_step(std::string_view line) {
    const auto space = std::min(line.find(' '), line.size());
    const auto command = line.substr(0, space);
    const auto rest = line.substr(std::min(space + 1, line.size()));
    if (command == "type") return parse_type(rest);
    if (command == "key") return parse_key(rest);
    if (command == "move") return step::Move{point(arguments(rest, 2, 2, "move X Y"), "move")};
    if (command == "click") return parse_click(rest);
    if (command == "wait-change") return parse_wait_change(rest);
    if (command == "wait-still") return parse_wait_still(rest);
    if (command == "sleep") return step::Sleep{millis(arguments(rest, 1, 1, "sleep MS")[0], "sleep")};
    if (command == "save") return parse_save(rest);
    if (command == "clipboard") return parse_clipboard(rest);
    if (command == "record") return parse_record(rest);
    if (command == "end") return arguments(rest, 0, 0, "end"), step::End{};
    const auto near = nearest(command, commands());
    if (near.empty()) fail("there is no step \"{}\"", command);
    fail("there is no step \"{}\"; did you mean {}?", command, near);
}

std::vector<Step> parse_script(std::string_view text) {
    std::vector<Step> steps;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.empty() || line.front() == '#') continue;
        try {
            steps.push_back(parse_step(line));
        } catch (const std::runtime_error& problem) {
            fail("line {}: {}", number, problem.what());
        }
    }
    return steps;
}

void check_order(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i + 1 < steps.size(); ++i)
        if (std::holds_alternative<step::End>(steps[i])) fail("\"end\" must be the last step");
}

std::string described(const Step& step) {
    struct {
        std::string operator()(const step::Type& it) { return fmt::format("type {} characters", it.keysyms.size()); }
        std::string operator()(const step::Key& it) { return it.keysyms.size() == 1 ? "press a key" : "press keys together"; }
        std::string operator()(const step::Move& it) { return fmt::format("move to {} {}", it.to.x, it.to.y); }
        std::string operator()(const step::Click& it) {
            const auto* button = it.button == 1 ? "left" : it.button == 2 ? "middle" : "right";
            return fmt::format("click at {} {} with the {} button", it.at.x, it.at.y, button);
        }
        std::string operator()(const step::WaitChange&) { return "wait for a change"; }
        std::string operator()(const step::WaitStill& it) {
            return fmt::format("wait until nothing changes for {} ms", it.still.count());
        }
        std::string operator()(const step::Sleep& it) { return fmt::format("sleep {} ms", it.time.count()); }
        std::string operator()(const step::Save& it) { return fmt::format("save the screen to {}", it.file); }
        std::string operator()(const step::SendClipboard& it) {
            return fmt::format("send {} bytes of clipboard", it.text.size());
        }
        std::string operator()(const step::Record& it) { return it.on ? "go on recording" : "pause the recording"; }
        std::string operator()(const step::End&) { return "end the session"; }
    } in_words;
    return std::visit(in_words, step);
}

}  // namespace pronto::viewer
