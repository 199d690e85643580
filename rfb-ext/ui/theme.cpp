#include "rfb-ext/ui/theme.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Tooltip.H>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "rfb-ext/ui/screen.hpp"
#include "rfb-ext/ui/test_hook.hpp"

namespace pronto::ui {
namespace {

double scale_in_force = 1;

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value <= 0) return {};
    return value;
}

void set_fonts() {
    // The first character is FLTK's style mark; the rest a fontconfig list, so a missing Inter falls through by itself.
    Fl::set_font(font::regular, " Inter,DejaVu Sans,Helvetica");
    Fl::set_font(font::bold, "BInter,DejaVu Sans,Helvetica");
    Fl::set_font(font::mono, " DejaVu Sans Mono,Liberation Mono,monospace");
    FL_NORMAL_SIZE = px(text_size);
}

void set_colours() {
    const auto set = [](Fl_Color index, Fl_Color colour) { Fl::set_color(index, colour); };
    set(FL_BACKGROUND_COLOR, colour::window);
    set(FL_BACKGROUND2_COLOR, colour::surface);
    set(FL_FOREGROUND_COLOR, colour::text);
    set(FL_SELECTION_COLOR, colour::accent);
    set(FL_INACTIVE_COLOR, colour::faint);
    Fl_Tooltip::color(colour::text);
    Fl_Tooltip::textcolor(colour::surface);
    Fl_Tooltip::font(font::regular);
    Fl_Tooltip::size(px(small_size));
    Fl_Tooltip::delay(0.6F);
}

}  // namespace

void start() {
    open_screen();
    const char* wanted = std::getenv("PRONTO_SCALE");
    set_scale(scale_from(wanted ? wanted : "", screen_dpi()));
    Fl::scheme("none");
    set_fonts();
    set_colours();
    Fl::visible_focus(1);
    Fl::lock();
    start_test_hook();
}

int px(double length) {
    const int pixels = static_cast<int>(std::lround(length * scale_in_force));
    return length > 0 ? std::max(pixels, 1) : pixels;
}

double scale() {
    return scale_in_force;
}
void set_scale(double scale) {
    scale_in_force = scale;
}

double scale_from(std::string_view wanted, std::string_view dpi) {
    double scale = 1;
    if (const auto given = number(wanted))
        scale = *given;
    else if (const auto dots = number(dpi))
        scale = *dots / 96;
    return std::clamp(std::round(scale * 8) / 8, 0.75, 4.0);
}

}  // namespace pronto::ui
