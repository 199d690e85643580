#pragma once

#include <FL/Fl_Group.H>

#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::ui {

/// Names in a row over pages of which one is shown. Tabs are told to tests as `part_prefix` + name.
class Tabs : public Fl_Group, public Describes {
public:
    explicit Tabs(std::string part_prefix);
    /// A page to fill; the first one is shown.
    Column& add_page(const std::string& name);
    void show_page(const std::string& name);
    const std::string& shown() const;
    void on_change(std::function<void(const std::string&)> then);

    int handle(int event) override;
    void resize(int x, int y, int w, int h) override;
    std::string described_value() const override { return shown(); }
    std::vector<Part> described_parts() const override;

protected:
    void draw() override;

private:
    struct Page {
        std::string name;
        Column* content;
    };
    Rect tab_area(std::size_t index) const;
    int tab_at(int x, int y) const;
    void show(std::size_t index);

    std::string part_prefix_;
    std::vector<Page> pages_;
    std::size_t shown_ = 0;
    int hovered_ = -1;
    std::function<void(const std::string&)> changed_;
};

}  // namespace pronto::ui
