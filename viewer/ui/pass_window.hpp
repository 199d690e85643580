#pragma once

#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

class CopyRow;

/// A one-time pass, by which a standard VNC viewer has one session with a guest: where, with what, and for how long
/// yet.
class PassWindow : public ui::Dialog {
public:
    /// Asks for the pass at once.
    PassWindow(Fl_Window* over, ConsoleModel& model, const Clock& clock, const control::Presence& guest);
    std::uint64_t peer() const { return peer_; }
    /// `password`: the VNC server's own.
    void ask_for_pass(const std::string& password = {});
    void pass_created(const CreatedPass& pass);
    void pass_refused(const control::Error& why);

private:
    void build();
    void say(ui::Lamp lamp, const std::string& text);
    void forget_pass();

    ConsoleModel& model_;
    const Clock& clock_;
    std::uint64_t peer_;
    ui::StatusDot* status_ = nullptr;
    CopyRow* address_ = nullptr;
    CopyRow* pass_ = nullptr;
    CopyRow* repeater_ = nullptr;
    CopyRow* number_ = nullptr;
    ui::Countdown* countdown_ = nullptr;
    ui::Checkbox* view_only_ = nullptr;
    ui::Button* again_ = nullptr;
};

}  // namespace pronto::viewer
