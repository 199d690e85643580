#pragma once

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::viewer {

struct PauseWords;
struct Session;

/// Over a session's screen: name, state and what can be done, in one row.
class SessionToolbar : public ui::Row {
public:
    SessionToolbar();
    /// `may_pause`: the hub lets operators pause the recording.
    void show_session(const Session& session, bool may_pause);
    bool wants_view_only() const { return view_only.value() != 0; }

    ui::StatusDot& state = grow<ui::StatusDot>(1);
    ui::ToolButton& view_only = sized<ui::ToolButton>("View only", "eye");
    ui::ToolButton& ctrl_alt_del = sized<ui::ToolButton>("Ctrl+Alt+Del", "keyboard");
    ui::ToolButton& fit = sized<ui::ToolButton>("Fit", "scan");
    ui::ToolButton& full_screen = sized<ui::ToolButton>("Full screen", "expand");
    ui::ToolButton& record = sized<ui::ToolButton>("Record", "video");
    ui::ToolButton& screenshot = sized<ui::ToolButton>("Screenshot", "camera");
    ui::DangerButton& end = sized<ui::DangerButton>("End session", "power");
};

/// In the screen's place while there is none: what is being waited for, or why it is over.
class SessionNotice : public ui::Column {
public:
    SessionNotice();
    void show_waiting(const Session& session, UnixMillis now);
    void show_end(const Session& session, bool can_ask_again);
    void stop_counting();

    ui::Button* report;
    ui::Button* again;
    ui::Button* close;

private:
    ui::IconBox* icon_;
    ui::Label* heading_;
    ui::Label* more_;
    ui::Countdown* countdown_;
    ui::Row* buttons_;
};

/// Over the last picture of a session that is to go on.
class PauseCard : public ui::Column {
public:
    PauseCard();
    void show_pause(const PauseWords& words, bool can_try_now);

    ui::Button* try_now;

private:
    ui::Label* heading_;
    ui::Label* more_;
};

}  // namespace pronto::viewer
