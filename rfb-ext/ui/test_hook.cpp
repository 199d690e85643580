#include "rfb-ext/ui/test_hook.hpp"

#include <boost/core/demangle.hpp>
#include <boost/json.hpp>  // before FLTK, which brings X11's macros (Bool)

#include <FL/Fl.H>
#include <FL/Fl_Button.H>
#include <FL/Fl_Choice.H>
#include <FL/Fl_Input_.H>
#include <FL/Fl_Text_Display.H>
#include <FL/Fl_Window.H>

#include <cstdlib>
#include <exception>
#include <optional>
#include <typeinfo>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace json = boost::json;

namespace pronto::ui {
namespace {

std::string& hook_file() {
    static std::string file;
    return file;
}

std::string text_of(const Fl_Text_Display& display) {
    if (!display.buffer()) return {};
    char* text = display.buffer()->text();
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

/// What a widget holds, if it may be told.
std::optional<json::value> value_of(const Fl_Widget& widget) {
    if (const auto* input = dynamic_cast<const Fl_Input_*>(&widget)) {
        if (input->input_type() == FL_SECRET_INPUT) return {};
        return json::value(input->value());
    }
    if (const auto* ours = dynamic_cast<const Describes*>(&widget)) return json::value(ours->described_value());
    if (const auto* button = dynamic_cast<const Fl_Button*>(&widget)) return json::value(button->value() != 0);
    if (const auto* choice = dynamic_cast<const Fl_Choice*>(&widget))
        return json::value(choice->text() ? choice->text() : "");
    if (const auto* text = dynamic_cast<const Fl_Text_Display*>(&widget)) return json::value(text_of(*text));
    return {};
}

struct Walk {
    json::array widgets;
    std::string window;  ///< id of the top window
    Point origin;        ///< of the innermost window, on the screen

    void add_part(const Part& part, bool visible) {
        widgets.push_back({{"id", part.id},
                           {"class", "part"},
                           {"x", origin.x + part.area.x},
                           {"y", origin.y + part.area.y},
                           {"width", part.area.width},
                           {"height", part.area.height},
                           {"label", part.text},
                           {"value", part.selected},
                           {"active", true},
                           {"visible", visible},
                           {"window", window}});
    }
    void add(const Fl_Widget& widget, const Rect& area) {
        json::object out{{"id", id_of(widget)},
                         {"class", boost::core::demangle(typeid(widget).name())},
                         {"x", area.x},
                         {"y", area.y},
                         {"width", area.width},
                         {"height", area.height},
                         {"label", widget.label() ? widget.label() : ""},
                         {"active", widget.active_r() != 0},
                         {"visible", widget.visible_r() != 0},
                         {"focused", Fl::focus() == &widget},
                         {"window", window}};
        if (auto value = value_of(widget)) out["value"] = std::move(*value);
        widgets.push_back(std::move(out));
        if (const auto* ours = dynamic_cast<const Describes*>(&widget))
            for (const auto& part : ours->described_parts()) add_part(part, widget.visible_r() != 0);
    }
    void enter(Fl_Widget& widget) {
        const Point outer = origin;
        if (auto* inner = widget.as_window()) {
            origin = {inner->x_root(), inner->y_root()};
            add(widget, {origin.x, origin.y, widget.w(), widget.h()});
        } else {
            add(widget, {origin.x + widget.x(), origin.y + widget.y(), widget.w(), widget.h()});
        }
        if (auto* group = widget.as_group())
            for (int i = 0; i < group->children(); ++i) enter(*group->child(i));
        origin = outer;
    }
};

void dump() {
    static int serial = 0;
    std::vector<Fl_Window*> open;
    for (Fl_Window* window = Fl::first_window(); window; window = Fl::next_window(window)) open.push_back(window);
    try {
        write_file_atomically(hook_file(), describe_windows(++serial, open));
    } catch (const std::exception& error) {
        log::error("test hook: {}", error.what());
    }
}

}  // namespace

std::string describe_windows(int serial, const std::vector<Fl_Window*>& windows) {
    Walk walk;
    for (Fl_Window* window : windows) {
        walk.window = id_of(*window);
        walk.enter(*window);
    }
    return json::serialize(json::object{{"serial", serial}, {"scale", scale()}, {"widgets", std::move(walk.widgets)}}) +
           "\n";
}

void start_test_hook() {
    const char* file = std::getenv("PRONTO_TEST_HOOK");
    if (!file || !*file) return;
    hook_file() = file;
    on_hook_request(dump);
    dump();
}

}  // namespace pronto::ui
