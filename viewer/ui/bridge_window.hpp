#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto {
class Mailbox;
}

namespace pronto::viewer {

class CopyRow;
class ExternalViewer;

/// A session that another viewer of this computer shows: starts that viewer, or says how to reach the screen with one.
class BridgeWindow : public ui::Dialog {
public:
    /// `closed`: the window wants to be closed for good; it may be deleted later, not from inside.
    BridgeWindow(Fl_Window* over, SessionNumber number, ConsoleModel& model, Mailbox& mailbox,
                 std::function<void()> closed);
    ~BridgeWindow() override;
    void session_changed(const Session& session);

private:
    void build();
    void offer(const Session& session);
    void start_viewer(const BridgePlace& place);
    void viewer_ended(const std::string& how);
    void show_place(const BridgePlace* place);
    void say(ui::Lamp lamp, const std::string& text, const std::string& more = {});
    void end_or_close();

    SessionNumber number_;
    ConsoleModel& model_;
    Mailbox& mailbox_;
    std::function<void()> closed_;
    std::unique_ptr<ExternalViewer> viewer_;
    bool offered_ = false;
    ui::StatusDot* status_ = nullptr;
    ui::Label* more_ = nullptr;
    CopyRow* address_ = nullptr;
    CopyRow* pass_ = nullptr;
    ui::Button* end_ = nullptr;
};

}  // namespace pronto::viewer
