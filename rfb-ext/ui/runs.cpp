#include "rfb-ext/ui/runs.hpp"

#include <FL/Fl.H>
#include <FL/fl_draw.H>
#include <FL/fl_utf8.h>

#include <algorithm>
#include <map>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/screen.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

/// Fonts beyond the theme's, as they turn out to be needed: FLTK numbers for fontconfig names.
class ExtraFonts {
public:
    /// The font for a character that the theme's font lacks; `fallback` if no font has it.
    Fl_Font font_for(char32_t character, bool bold, Fl_Font fallback) {
        const auto [entry, fresh] = known_.try_emplace({character, bold}, fallback);
        if (fresh) {
            const std::string name = font_with(character, bold);
            if (!name.empty()) entry->second = number_of(name);
        }
        return entry->second;
    }

private:
    Fl_Font number_of(const std::string& name) {
        const auto [entry, fresh] = numbers_.try_emplace(name, FL_FREE_FONT + static_cast<Fl_Font>(numbers_.size()));
        if (fresh) Fl::set_font(entry->second, entry->first.c_str());
        return entry->second;
    }
    std::map<std::pair<char32_t, bool>, Fl_Font> known_;
    std::map<std::string, Fl_Font> numbers_;
};

ExtraFonts& extra_fonts() {
    static ExtraFonts fonts;
    return fonts;
}

bool plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

char32_t next_character(std::string_view text, std::size_t& at) {
    int bytes = 0;
    const char* begin = text.data() + at;
    const unsigned character = fl_utf8decode(begin, text.data() + text.size(), &bytes);
    at += static_cast<std::size_t>(std::max(bytes, 1));
    return character;
}

/// How much of `text` fits one line: whole words if any, else characters, at least one.
std::size_t fitting(std::string_view text, int width, const std::function<int(std::string_view)>& measure) {
    if (measure(text) <= width) return text.size();
    std::size_t words = 0;
    for (std::size_t at = text.find(' '); at != text.npos && measure(text.substr(0, at)) <= width;
         at = text.find(' ', at + 1))
        words = at;
    if (words > 0) return words;
    std::size_t fits = 0, at = 0;
    while (at < text.size()) {
        next_character(text, at);
        if (fits > 0 && measure(text.substr(0, at)) > width) break;
        fits = at;
    }
    return fits;
}

}  // namespace

std::vector<Run> runs_by(std::string_view text, const std::function<Fl_Font(char32_t)>& font_for) {
    std::vector<Run> runs;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const Fl_Font font = font_for(next_character(text, at));
        if (!runs.empty() && runs.back().font == font)
            runs.back().text = {runs.back().text.data(), runs.back().text.size() + (at - begin)};
        else
            runs.push_back({text.substr(begin, at - begin), font});
    }
    return runs;
}

std::vector<Run> runs_of(std::string_view text, const TextLook& look) {
    if (text.empty()) return {};
    if (plain(text)) return {{text, look.font}};
    return runs_by(text, [&](char32_t character) {
        if (character < 0x80) return look.font;
        fl_font(look.font, look.size);
        if (selected_font_has(character)) return look.font;
        return extra_fonts().font_for(character, look.font == font::bold, look.font);
    });
}

std::size_t character_before(std::string_view text, std::size_t end) {
    if (end == 0) return 0;
    std::size_t at = end - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return at;
}

std::vector<std::string> wrapped_by(std::string_view text, int width,
                                    const std::function<int(std::string_view)>& measure) {
    std::vector<std::string> lines;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view paragraph = text.substr(0, end);
        do {
            const std::size_t fits = fitting(paragraph, width, measure);
            lines.emplace_back(paragraph.substr(0, fits));
            paragraph.remove_prefix(fits);
            while (!paragraph.empty() && paragraph.front() == ' ') paragraph.remove_prefix(1);
        } while (!paragraph.empty());
        if (end == text.size()) return lines;
        text.remove_prefix(end + 1);
    }
}

}  // namespace pronto::ui
