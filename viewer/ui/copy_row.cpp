#include "viewer/ui/copy_row.hpp"

#include <FL/Fl.H>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

CopyRow::CopyRow(const std::string& name, const std::string& id) : Row(px(8)) {
    fixed<ui::Label>(px(90), name, ui::Label::Style::caption);
    value_ = &grow<ui::Label>(1, "", ui::Label::Style::mono);
    copy_ = &sized<ui::Button>("Copy", "copy");
    give_id(*value_, id);
    give_id(*copy_, id + ".copy");
    copy_->on_click([this] {
        const auto& text = value_->text();
        Fl::copy(text.data(), static_cast<int>(text.size()), 1);
        copy_->set_icon("check");
    });
}

int CopyRow::height() {
    return ui::Button::height();
}

void CopyRow::set_value(const std::string& value) {
    if (value == value_->text()) return;
    value_->set_text(value);
    copy_->set_icon("copy");
    value.empty() ? copy_->deactivate() : copy_->activate();
}

}  // namespace pronto::viewer
