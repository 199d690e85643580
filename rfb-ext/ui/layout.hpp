#pragma once

#include <FL/Fl_Group.H>

#include <functional>
#include <utility>
#include <vector>

namespace pronto::ui {

/// Lays its children out in a row or a column: each has a fixed extent or a share of what is left. Hidden children take
/// no room. Children are owned, as FLTK's groups do; they are made through fixed(), sized() and grow() and nowhere
/// else. All lengths in pixels: pass px().
class Stack : public Fl_Group {
public:
    enum class Direction { row, column };
    Stack(Direction direction, int gap, int padding = 0);

    /// A child of that extent along the direction.
    template <class Widget, class... Args>
    Widget& fixed(int extent, Args&&... args) {
        auto* child = made<Widget>(std::forward<Args>(args)...);
        place(child, {extent, 0});
        return *child;
    }
    /// A child that says itself how much it needs: int wish() const.
    template <class Widget, class... Args>
    Widget& sized(Args&&... args) {
        auto* child = made<Widget>(std::forward<Args>(args)...);
        place(child, {child->wish(), 0});
        return *child;
    }
    /// A child that takes `share` parts of what is left.
    template <class Widget, class... Args>
    Widget& grow(int share, Args&&... args) {
        auto* child = made<Widget>(std::forward<Args>(args)...);
        place(child, {0, share});
        return *child;
    }
    /// Empty room: fixed, or growing.
    void space(int extent) { place(nullptr, {extent, 0}); }
    void spring() { place(nullptr, {0, 1}); }

    void set_extent(const Fl_Widget& child, int extent);
    /// Deletes all children: not from inside one of them.
    void empty();
    /// Shows or hides a child and makes room accordingly.
    void set_shown(Fl_Widget& child, bool shown);
    /// What its fixed children need along the direction, with gaps and padding.
    int needed() const;
    void arrange();
    void resize(int x, int y, int w, int h) override;

protected:
    void draw() override;

private:
    struct Extent {
        int fixed = 0;
        int share = 0;
    };
    struct Slot {
        Fl_Widget* widget = nullptr;  ///< nullptr: empty room
        Extent extent;
    };
    /// FLTK puts new widgets into the group made last; ours are put where they are asked for.
    template <class Widget, class... Args>
    static Widget* made(Args&&... args) {
        Fl_Group::current(nullptr);
        auto* child = new Widget(std::forward<Args>(args)...);
        Fl_Group::current(nullptr);
        return child;
    }
    void place(Fl_Widget* child, Extent extent);
    bool takes_room(const Slot& slot) const;

    Direction direction_;
    int gap_;
    int padding_;
    std::vector<Slot> slots_;
};

class Row : public Stack {
public:
    explicit Row(int gap, int padding = 0) : Stack(Direction::row, gap, padding) {}
};
class Column : public Stack {
public:
    explicit Column(int gap, int padding = 0) : Stack(Direction::column, gap, padding) {}
};

}  // namespace pronto::ui
