#include "rfb-ext/ui/identity.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Widget.H>

#include <algorithm>
#include <memory>

namespace pronto::ui {
namespace {

/// FLTK tells a tracker when its widget dies, so an address that is used again brings no old name back.
struct Name {
    std::unique_ptr<Fl_Widget_Tracker> widget;
    std::string id;
};
std::vector<Name>& names() {
    static std::vector<Name> all;
    return all;
}
auto find(const Fl_Widget& widget) {
    return std::find_if(names().begin(), names().end(),
                        [&](const Name& name) { return name.widget->widget() == &widget; });
}

}  // namespace

void give_id(const Fl_Widget& widget, std::string id) {
    std::erase_if(names(), [](const Name& name) { return name.widget->deleted(); });
    if (const auto found = find(widget); found != names().end())
        found->id = std::move(id);
    else
        names().push_back({std::make_unique<Fl_Widget_Tracker>(const_cast<Fl_Widget*>(&widget)), std::move(id)});
}

std::string id_of(const Fl_Widget& widget) {
    const auto found = find(widget);
    return found == names().end() ? std::string{} : found->id;
}

}  // namespace pronto::ui
