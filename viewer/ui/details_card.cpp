#include "viewer/ui/details_card.hpp"

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

DetailsCard::DetailsCard() : Card(px(6)) {
    hint_ = &fixed<ui::Label>(px(22), "", ui::Label::Style::caption);
    head_ = &fixed<ui::Row>(px(28), px(10));
    icon_ = &head_->fixed<ui::IconBox>(px(24), "", 22, ui::colour::muted);
    name_ = &head_->grow<ui::Label>(1, "", ui::Label::Style::heading);
    give_id(*name_, "details.name");
    for (auto& line : lines_) {
        line.row = &fixed<ui::Row>(px(22), px(8));
        line.name = &line.row->fixed<ui::Label>(px(96), "", ui::Label::Style::caption);
        line.value = &line.row->grow<ui::Label>(1, "");
    }
}

void DetailsCard::show_nobody(const std::string& hint) {
    hint_->set_text(hint);
    set_shown(*hint_, true);
    set_shown(*head_, false);
    for (auto& line : lines_) set_shown(*line.row, false);
}

void DetailsCard::show_somebody(const control::Presence& entry, const ui::ListRow& row,
                                const std::vector<Fact>& facts) {
    set_shown(*hint_, false);
    set_shown(*head_, true);
    icon_->set(row.icon, row.icon_colour);
    name_->set_text(entry.name);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        set_shown(*lines_[i].row, i < facts.size());
        if (i < facts.size()) fill_line(lines_[i], facts[i]);
    }
}

void DetailsCard::fill_line(Line& line, const Fact& fact) {
    line.name->set_text(fact.name);
    line.value->set_text(fact.value);
    give_id(*line.value, "details." + fact.name);
}

}  // namespace pronto::viewer
