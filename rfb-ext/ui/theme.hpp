#pragma once

#include <FL/Enumerations.H>

#include <string_view>

/// The one look of agent and console: palette, fonts, scale. Everything here is for FLTK's (main) thread.
namespace pronto::ui {

/// The palette. Widgets take colours from here and from nowhere else.
namespace colour {
inline constexpr Fl_Color rgb(unsigned value) {
    return static_cast<Fl_Color>(value << 8);
}

inline constexpr Fl_Color window = rgb(0xF4F5F7);   ///< behind cards
inline constexpr Fl_Color surface = rgb(0xFFFFFF);  ///< cards, bars, fields
inline constexpr Fl_Color hairline = rgb(0xD8DCE3);
inline constexpr Fl_Color text = rgb(0x1E2530);
inline constexpr Fl_Color muted = rgb(0x667085);  ///< captions, times
inline constexpr Fl_Color faint = rgb(0x98A2B3);  ///< offline, disabled, placeholders
inline constexpr Fl_Color accent = rgb(0x2563EB);
inline constexpr Fl_Color accent_hover = rgb(0x1D4FD7);
inline constexpr Fl_Color accent_pressed = rgb(0x1E40AF);
inline constexpr Fl_Color selection = rgb(0xDCE8FF);
inline constexpr Fl_Color hover = rgb(0xEEF0F4);
inline constexpr Fl_Color pressed = rgb(0xE3E6EC);
inline constexpr Fl_Color good = rgb(0x16A34A);
inline constexpr Fl_Color warning = rgb(0xD97706);
inline constexpr Fl_Color warning_back = rgb(0xFFF4E0);
inline constexpr Fl_Color danger = rgb(0xDC2626);
inline constexpr Fl_Color danger_hover = rgb(0xB91C1C);
inline constexpr Fl_Color danger_pressed = rgb(0x991B1B);
inline constexpr Fl_Color on_accent = rgb(0xFFFFFF);
inline constexpr Fl_Color screen_back = rgb(0x1B1F27);  ///< around a remote screen
}  // namespace colour

namespace font {
inline constexpr Fl_Font regular = FL_HELVETICA;
inline constexpr Fl_Font bold = FL_HELVETICA_BOLD;
inline constexpr Fl_Font mono = FL_COURIER;
}  // namespace font

/// Text sizes at scale 1; hand them through px().
inline constexpr int text_size = 13;
inline constexpr int small_size = 12;
inline constexpr int heading_size = 18;

/// Once in main, before any widget and before any thread that posts to a Mailbox: opens the display (throws
/// std::runtime_error naming DISPLAY if there is none), reads the scale, sets fonts, colours and scheme, calls
/// Fl::lock().
void start();

/// A length at scale 1 in the pixels of this screen, rounded; at least 1 for any positive length.
int px(double length);
/// The scale in force: 1 on an ordinary screen.
double scale();
/// For start() and tests.
void set_scale(double scale);

/// Which scale the user asked for: `wanted` (PRONTO_SCALE) if it is a number, else `dpi` (Xft.dpi) over 96. Between
/// 0.75 and 4, in steps of an eighth so that sizes round well. Both may be empty.
double scale_from(std::string_view wanted, std::string_view dpi);

}  // namespace pronto::ui
