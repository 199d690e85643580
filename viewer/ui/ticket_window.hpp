#pragma once

#include <optional>
#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

/// Makes tickets and the text that brings one to the person in difficulty.
class TicketWindow : public ui::Dialog {
public:
    TicketWindow(Fl_Window* over, ConsoleModel& model);
    void ticket_created(const CreatedTicket& ticket);
    void ticket_refused(const control::Error& why);
    /// Somebody came; says so if it is with this ticket.
    void arrived(const control::Presence& entry);
    void connection_changed();

private:
    void build_ticket();
    void build_text();
    void build_buttons();
    void ask_for_ticket();
    void merge();
    void edit_template(bool edit);
    void copy(const std::string& text, ui::Button& button);

    ConsoleModel& model_;
    std::optional<CreatedTicket> ticket_;
    ui::Label* number_ = nullptr;
    ui::Label* validity_ = nullptr;
    ui::StatusDot* status_ = nullptr;
    ui::Button* new_ = nullptr;
    ui::Button* copy_ticket_ = nullptr;
    ui::Button* copy_text_ = nullptr;
    ui::Checkbox* editing_ = nullptr;
    ui::TextArea* text_ = nullptr;
};

}  // namespace pronto::viewer
