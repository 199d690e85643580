#include "viewer/script/keys.hpp"

#include <algorithm>
#include <array>

namespace pronto::viewer {

namespace {

struct Named {
    std::string_view name;
    std::uint32_t keysym;
};

// X11/keysymdef.h
constexpr std::array named_keys{
    Named{"Return", 0xFF0D},   Named{"Enter", 0xFF0D},    Named{"Tab", 0xFF09},      Named{"Escape", 0xFF1B},
    Named{"Esc", 0xFF1B},      Named{"BackSpace", 0xFF08}, Named{"Delete", 0xFFFF},  Named{"Insert", 0xFF63},
    Named{"Home", 0xFF50},     Named{"End", 0xFF57},      Named{"Page_Up", 0xFF55},  Named{"Page_Down", 0xFF56},
    Named{"Left", 0xFF51},     Named{"Up", 0xFF52},       Named{"Right", 0xFF53},    Named{"Down", 0xFF54},
    Named{"Shift", 0xFFE1},    Named{"Ctrl", 0xFFE3},     Named{"Control", 0xFFE3},  Named{"Alt", 0xFFE9},
    Named{"AltGr", 0xFE03},    Named{"Win", 0xFFEB},      Named{"Super", 0xFFEB},    Named{"Menu", 0xFF67},
    Named{"Space", 0x20},      Named{"Plus", 0x2B},       Named{"Print", 0xFF61},    Named{"Pause", 0xFF13},
    Named{"Caps_Lock", 0xFFE5}, Named{"F1", 0xFFBE},      Named{"F2", 0xFFBF},       Named{"F3", 0xFFC0},
    Named{"F4", 0xFFC1},       Named{"F5", 0xFFC2},       Named{"F6", 0xFFC3},       Named{"F7", 0xFFC4},
    Named{"F8", 0xFFC5},       Named{"F9", 0xFFC6},       Named{"F10", 0xFFC7},      Named{"F11", 0xFFC8},
    Named{"F12", 0xFFC9},
};

constexpr std::size_t longest_chord = 8;

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// Takes one character off the front; nothing if it is not well-formed UTF-8.
std::optional<char32_t> take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    if (length == 0 || text.size() < length) return std::nullopt;
    char32_t character = length == 1 ? first : first & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return std::nullopt;
        character = character << 6 | (next & 0x3F);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (character < least[length] || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) return std::nullopt;
    text.remove_prefix(length);
    return character;
}

std::optional<std::uint32_t> key_named(std::string_view name) {
    for (const auto& key : named_keys)
        if (same_name(key.name, name)) return key.keysym;
    const auto typed = keysyms_of(name);
    if (!typed || typed->size() != 1) return std::nullopt;
    return typed->front();
}

}  // namespace

std::uint32_t keysym_of(char32_t character) {
    if (character == '\n') return 0xFF0D;
    if (character == '\t') return 0xFF09;
    if (character < 0x20 || (character >= 0x7F && character < 0xA0)) return 0;
    return character < 0x100 ? static_cast<std::uint32_t>(character) : 0x01000000 + static_cast<std::uint32_t>(character);
}

std::optional<std::vector<std::uint32_t>> keysyms_of(std::string_view text) {
    std::vector<std::uint32_t> keysyms;
    while (!text.empty()) {
        const auto character = take_character(text);
        const auto keysym = character ? keysym_of(*character) : 0;
        if (keysym == 0) return std::nullopt;
        keysyms.push_back(keysym);
    }
    return keysyms;
}

std::optional<std::vector<std::uint32_t>> parse_chord(std::string_view text) {
    std::vector<std::uint32_t> keysyms;
    while (true) {
        const auto plus = text.find('+', 1);  // a plus in front is the key itself
        const auto key = key_named(text.substr(0, plus));
        if (!key || keysyms.size() == longest_chord) return std::nullopt;
        keysyms.push_back(*key);
        if (plus == std::string_view::npos) return keysyms;
        text.remove_prefix(plus + 1);
    }
}

std::vector<std::string> key_names() {
    std::vector<std::string> names;
    for (const auto& key : named_keys) names.emplace_back(key.name);
    return names;
}

}  // namespace pronto::viewer
