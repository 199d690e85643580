#pragma once

#include <FL/Enumerations.H>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Text cut into pieces: by font (FLTK on X11 draws a box for each character its font lacks) and into lines.
namespace pronto::ui {

struct TextLook;

struct Run {
    std::string_view text;
    Fl_Font font = 0;
};
/// Views into `text`, in order; a character that no font has stays with the font before it.
std::vector<Run> runs_of(std::string_view text, const TextLook& look);

/// The same with the choice handed in: which font draws this character?
std::vector<Run> runs_by(std::string_view text, const std::function<Fl_Font(char32_t)>& font_for);

/// Where the character that ends at `end` begins (UTF-8).
std::size_t character_before(std::string_view text, std::size_t end);

/// Lines of at most `width`, broken at spaces or, in a word longer than a line, between characters; also at "\n".
std::vector<std::string> wrapped_by(std::string_view text, int width,
                                    const std::function<int(std::string_view)>& measure);

}  // namespace pronto::ui
