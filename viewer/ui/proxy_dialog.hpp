#pragma once

#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::viewer {

class ConsoleModel;

/// How connections to the hub leave this computer.
class ProxyDialog : public ui::Dialog {
public:
    ProxyDialog(Fl_Window* over, ConsoleModel& model);

private:
    void build();
    void take_over();
    void enable_fields();

    ConsoleModel& model_;
    ui::RadioButton* system_ = nullptr;
    ui::RadioButton* none_ = nullptr;
    ui::RadioButton* custom_ = nullptr;
    ui::TextField* address_ = nullptr;
    ui::TextField* user_ = nullptr;
    ui::Label* problem_ = nullptr;
};

}  // namespace pronto::viewer
