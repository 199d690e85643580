#pragma once

#include <array>
#include <string>
#include <vector>

#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/row_list.hpp"
#include "viewer/ui/people.hpp"

namespace pronto::viewer {

/// What is known about the one selected in the tree.
class DetailsCard : public ui::Card {
public:
    DetailsCard();
    void show_nobody(const std::string& hint);
    /// `row` is how the tree shows the entry.
    void show_somebody(const control::Presence& entry, const ui::ListRow& row, const std::vector<Fact>& facts);

private:
    struct Line {
        ui::Row* row = nullptr;
        ui::Label* name = nullptr;
        ui::Label* value = nullptr;
    };
    void fill_line(Line& line, const Fact& fact);

    ui::Row* head_ = nullptr;
    ui::IconBox* icon_ = nullptr;
    ui::Label* name_ = nullptr;
    ui::Label* hint_ = nullptr;
    std::array<Line, 8> lines_;
};

}  // namespace pronto::viewer
