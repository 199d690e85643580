#include "viewer/ui/ticket_window.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

using ui::px;

TicketWindow::TicketWindow(Fl_Window* over, ConsoleModel& model) : Dialog(px(540), "Ticket", over), model_(model) {
    give_id(*this, "ticket");
    build_ticket();
    build_text();
    build_buttons();
    on_close([this] { hide(); });
    if (!model_.tickets().empty()) ticket_ = model_.tickets().back();
    merge();
    open(false);
    if (!ticket_) ask_for_ticket();
}

void TicketWindow::build_ticket() {
    auto& row = body().fixed<ui::Row>(px(52), px(12));
    number_ = &row.grow<ui::Label>(1, "", ui::Label::Style::mono);
    number_->set_size(30);
    give_id(*number_, "ticket.number");
    auto& side = row.fixed<ui::Column>(px(150), px(0));
    side.space(px(9));
    new_ = &side.fixed<ui::Button>(ui::Button::height(), "New ticket", "ticket");
    give_id(*new_, "ticket.new");
    new_->on_click([this] { ask_for_ticket(); });
    validity_ = &body().fixed<ui::Label>(px(20), "", ui::Label::Style::caption);
    status_ = &body().fixed<ui::StatusDot>(px(20));
    give_id(*status_, "ticket.status");
}

void TicketWindow::build_text() {
    body().fixed<ui::Label>(px(20), "Text for the person in difficulty", ui::Label::Style::bold);
    text_ = &body().fixed<ui::TextArea>(px(220));
    give_id(*text_, "ticket.text");
    editing_ = &body().fixed<ui::Checkbox>(
        px(24), "Edit the template: {ticket}, {hub}, {operator} and {expires} are filled in");
    give_id(*editing_, "ticket.template");
    editing_->on_change([this](bool edit) { edit_template(edit); });
}

void TicketWindow::build_buttons() {
    auto& close = buttons().sized<ui::Button>("Close");
    give_id(close, "ticket.close");
    close.on_click([this] { do_callback(); });
    copy_ticket_ = &buttons().sized<ui::Button>("Copy the ticket", "copy");
    give_id(*copy_ticket_, "ticket.copy_number");
    copy_ticket_->on_click([this] {
        if (ticket_) copy(ticket_->ticket, *copy_ticket_);
    });
    copy_text_ = &buttons().sized<ui::PrimaryButton>("Copy the text", "clipboard");
    give_id(*copy_text_, "ticket.copy");
    copy_text_->on_click([this] { copy(text_->text(), *copy_text_); });
}

void TicketWindow::ask_for_ticket() {
    if (!model_.new_ticket()) return status_->set(ui::Lamp::danger, "Log in first");
    new_->deactivate();
    status_->set(ui::Lamp::busy, "Asking the hub for a ticket…");
}

void TicketWindow::ticket_created(const CreatedTicket& ticket) {
    ticket_ = ticket;
    new_->activate();
    if (editing_->value() != 0) {
        editing_->value(0);
        edit_template(false);
    }
    merge();
}

void TicketWindow::ticket_refused(const control::Error& why) {
    new_->activate();
    status_->set(ui::Lamp::danger, in_words(why));
}

void TicketWindow::arrived(const control::Presence& entry) {
    if (ticket_ && entry.ticket == ticket_->ticket) status_->set(ui::Lamp::good, fmt::format("{} is here", entry.name));
}

void TicketWindow::connection_changed() {
    model_.logged_in() ? new_->activate() : new_->deactivate();
}

void TicketWindow::merge() {
    number_->set_text(ticket_ ? ticket_->ticket : "");
    validity_->set_text(ticket_ ? fmt::format("Works once, until {}", local_date_time(ticket_->expires)) : "");
    if (editing_->value() == 0)
        text_->set_text(ticket_ ? model_.merged_text(*ticket_, model_.settings().ticket_template) : "");
    if (ticket_) status_->set(ui::Lamp::off, "Nobody has used it yet");
    for (auto* button : {copy_ticket_, copy_text_}) ticket_ ? button->activate() : button->deactivate();
}

void TicketWindow::edit_template(bool edit) {
    if (edit) return text_->set_text(model_.settings().ticket_template);
    auto settings = model_.settings();
    settings.ticket_template = text_->text();
    model_.change_settings(settings);
    text_->set_text(ticket_ ? model_.merged_text(*ticket_, settings.ticket_template) : "");
}

void TicketWindow::copy(const std::string& text, ui::Button& button) {
    Fl::copy(text.data(), static_cast<int>(text.size()), 1);
    button.set_icon("check");
}

}  // namespace pronto::viewer
