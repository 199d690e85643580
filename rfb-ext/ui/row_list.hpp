#pragma once

#include <FL/Fl_Group.H>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "rfb-ext/ui/identity.hpp"

namespace pronto::ui {

class ScrollBar;

/// One line of a RowList.
struct ListRow {
    std::string key;  ///< unique; selection and folding go by it
    std::string text;
    std::string note = {};  ///< in a muted colour after the text
    std::string icon = {};  ///< empty: none
    Fl_Color icon_colour = 0;
    int depth = 0;
    bool group = false;                   ///< bold, can be folded, cannot be selected
    std::vector<std::string> cells = {};  ///< texts of the columns behind the first, see set_columns()
    bool operator==(const ListRow&) const = default;
};

/// A tree or list of rows, 26 px each, that can be replaced as a whole at any time: selection, folding and scroll
/// position stay with the keys.
class RowList : public Fl_Group, public Describes {
public:
    /// Rows are told to tests as `part_prefix` + key.
    explicit RowList(std::string part_prefix);

    /// In display order; a row's children follow it with a greater depth.
    void set_rows(std::vector<ListRow> rows);
    /// A table: titles above, `text` and `cells` below them. To be called once, before there are rows.
    struct Column {
        std::string title;
        int width = 0;  ///< pixels; of one column 0: it takes what is left
    };
    void set_columns(std::vector<Column> columns);
    /// Shown while there are no rows.
    void set_empty_text(std::string text);
    /// Empty if nothing is selected.
    const std::string& selected() const { return selected_; }
    void select(const std::string& key);

    void on_select(std::function<void(const std::string& key)> then);
    void on_activate(std::function<void(const std::string& key)> then);  ///< double click or Return
    void on_menu(std::function<void(const std::string& key)> then);      ///< right click, after selecting

    int handle(int event) override;
    void resize(int x, int y, int w, int h) override;
    std::string described_value() const override { return selected_; }
    std::vector<Part> described_parts() const override;

protected:
    void draw() override;

private:
    std::vector<const ListRow*> shown() const;
    Rect inner() const;
    Rect row_area(std::size_t index) const;
    const ListRow* row_at(int x, int y) const;
    void draw_row(const ListRow& row, const Rect& area);
    void draw_titles();
    /// Where the column's texts stand in a row of that area.
    Rect cell(std::size_t column, const Rect& row) const;
    void place_bar();
    void scroll_to(const std::string& key);
    int clicked();
    int key_pressed();
    void step(int by);
    void fold(const std::string& key, bool folded);

    std::string part_prefix_;
    std::string empty_text_;
    std::vector<ListRow> rows_;
    std::vector<Column> columns_;
    std::set<std::string> folded_;
    std::string selected_;
    std::string hovered_;
    ScrollBar* bar_;
    int top_ = 0;  ///< pixels scrolled
    std::function<void(const std::string&)> on_select_, on_activate_, on_menu_;
};

}  // namespace pronto::ui
