#pragma once

#include <functional>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/session.hpp"

namespace pronto::viewer {

class ConsoleModel;
class RemoteScreens;
class PauseCard;
class ScreenView;
class SessionNotice;
class SessionToolbar;

/// One session, from the question to the guest to the words about its end.
class SessionWindow : public ui::Frame {
public:
    /// What happens outside of this window.
    class Mediator {
    public:
        virtual void write_report(SessionNumber session) = 0;
        virtual void ask_again(SessionNumber session) = 0;
        /// The window wants to be closed for good; it may be deleted later, not from inside.
        virtual void close_session_window(SessionNumber session) = 0;

    protected:
        ~Mediator() = default;
    };

    SessionWindow(SessionNumber number, ConsoleModel& model, RemoteScreens& screens, const Clock& clock,
                  Mediator& mediator);
    ~SessionWindow() override;

    void session_changed(const Session& session);
    void clipboard_received(const std::string& text);
    /// Our connection's state, or the time that is left, has changed.
    void pause_changed();

private:
    void build();
    void build_toolbar();
    void connect_view();
    void show_screen();
    void show_pause(const Session& session);
    void fit_window(Size remote);
    void toggle_full_screen();
    void pointer_moved(Point at);
    void show_toolbar(bool shown);
    void save_screenshot();
    void set_view_only(bool view_only);
    void send_clipboard(const std::string& text);
    void end_pressed();
    void close_pressed();

    SessionNumber number_;
    ConsoleModel& model_;
    RemoteScreens& screens_;
    const Clock& clock_;
    Mediator& mediator_;
    SessionToolbar* toolbar_ = nullptr;
    Fl_Widget* line_ = nullptr;
    SessionNotice* notice_ = nullptr;
    ScreenView* view_ = nullptr;
    PauseCard* pause_ = nullptr;
    std::string shared_text_;  ///< the clipboard text that both sides have: not sent back
    bool fitted_ = false;
};

}  // namespace pronto::viewer
