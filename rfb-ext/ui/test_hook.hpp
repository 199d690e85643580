#pragma once

#include <string>
#include <vector>

class Fl_Window;

namespace pronto::ui {

/// For tests with real mouse clicks (FLTK has no accessibility tree). If PRONTO_TEST_HOOK names a file, each SIGUSR1
/// makes the program write its open windows there as JSON, whole or not at all (a first one, unasked, says that it
/// heeds signals now):
///   {"serial": 3, "scale": 1, "widgets": [{"id", "class", "x", "y", "width", "height", "label", "value", "active",
///    "visible", "focused", "window"}, ...]}
/// Areas are in pixels of the screen; "serial" counts the dumps; parts of a widget (rows, tabs) follow it as widgets of
/// class "part". Secret fields have no "value". Called by start().
void start_test_hook();

/// The JSON as start_test_hook() writes it for the open windows.
std::string describe_windows(int serial, const std::vector<Fl_Window*>& windows);

/// Platform: calls `dump` on the main thread whenever a test asks for it.
void on_hook_request(void (*dump)());

}  // namespace pronto::ui
