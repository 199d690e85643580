#include "viewer/ui/session_window.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/remote/remote_screens.hpp"
#include "viewer/ui/screen_view.hpp"
#include "viewer/ui/screenshots.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

// X11 keysyms.
const std::vector<std::uint32_t> ctrl_alt_del{0xFFE3, 0xFFE9, 0xFFFF};

}  // namespace

/// Name, state and what can be done, in one row over the screen.
class SessionWindow::Toolbar : public ui::Row {
public:
    Toolbar() : Row(px(4), px(8)) {
        box(FL_FLAT_BOX);
        color(ui::colour::surface);
        give_id(state, "session.state");
        give_id(view_only, "session.view_only");
        give_id(ctrl_alt_del, "session.ctrl_alt_del");
        give_id(fit, "session.fit");
        give_id(full_screen, "session.full_screen");
        give_id(screenshot, "session.screenshot");
        give_id(end, "session.end");
        view_only.make_toggle();
        fit.make_toggle();
        fit.value(1);
        view_only.tooltip("Look without touching");
        ctrl_alt_del.tooltip("Press Ctrl+Alt+Del on the remote computer");
        fit.tooltip("The whole screen in the window; otherwise pixel for pixel");
        full_screen.tooltip("Ctrl+Alt+Return, also to come back");
    }
    void set_live(bool live, bool control) {
        for (Fl_Widget* widget : {static_cast<Fl_Widget*>(&fit), static_cast<Fl_Widget*>(&full_screen),
                                  static_cast<Fl_Widget*>(&screenshot)})
            live ? widget->activate() : widget->deactivate();
        live && control ? view_only.activate() : view_only.deactivate();
        live && control && view_only.value() == 0 ? ctrl_alt_del.activate() : ctrl_alt_del.deactivate();
    }

    ui::StatusDot& state = grow<ui::StatusDot>(1);
    ui::ToolButton& view_only = sized<ui::ToolButton>("View only", "eye");
    ui::ToolButton& ctrl_alt_del = sized<ui::ToolButton>("Ctrl+Alt+Del", "keyboard");
    ui::ToolButton& fit = sized<ui::ToolButton>("Fit", "scan");
    ui::ToolButton& full_screen = sized<ui::ToolButton>("Full screen", "expand");
    ui::ToolButton& screenshot = sized<ui::ToolButton>("Screenshot", "camera");
    ui::DangerButton& end = sized<ui::DangerButton>("End session", "power");
};

/// In the screen's place while there is none: waiting, or over.
class SessionWindow::Notice : public ui::Column {
public:
    Notice() : Column(px(12), px(24)) {
        box(FL_FLAT_BOX);
        color(ui::colour::window);
        spring();
        icon = &fixed<ui::IconBox>(px(56), "bell", 48, ui::colour::muted);
        heading = &fixed<ui::Label>(px(28), "", ui::Label::Style::heading, ui::Align::centre);
        more = &fixed<ui::Label>(px(64), "", ui::Label::Style::caption, ui::Align::centre);
        more->make_wrapped();
        auto& bar = fixed<ui::Row>(px(22), 0);
        bar.spring();
        countdown = &bar.fixed<ui::Countdown>(px(320));
        bar.spring();
        auto& row = fixed<ui::Row>(ui::Button::height(), px(8));
        row.spring();
        report = &row.sized<ui::PrimaryButton>("Write the report");
        again = &row.sized<ui::Button>("Ask again");
        close = &row.sized<ui::Button>("Close");
        row.spring();
        buttons = &row;
        spring();
        give_id(*heading, "session.notice");
        give_id(*more, "session.notice.more");
        give_id(*countdown, "session.countdown");
        give_id(*report, "session.report");
        give_id(*again, "session.again");
        give_id(*close, "session.close");
    }
    ui::IconBox* icon;
    ui::Label* heading;
    ui::Label* more;
    ui::Countdown* countdown;
    ui::Row* buttons;
    ui::Button* report;
    ui::Button* again;
    ui::Button* close;
};

SessionWindow::SessionWindow(SessionNumber number, ConsoleModel& model, RemoteScreens& screens, const Clock& clock,
                             Mediator& mediator)
    : Frame(px(960), px(640), "Session", 0, 0), number_(number), model_(model), screens_(screens), clock_(clock),
      mediator_(mediator) {
    give_id(*this, "session");
    xclass("pronto-viewer");
    build();
    build_toolbar();
    connect_view();
    on_close([this] { close_pressed(); });
    size_range(px(480), px(320));
    if (const auto* session = model_.find_session(number_)) session_changed(*session);
}

SessionWindow::~SessionWindow() { view_->attach(nullptr); }

void SessionWindow::build() {
    toolbar_ = &content().fixed<Toolbar>(px(50));
    content().fixed<ui::Hairline>(ui::hairline());
    notice_ = &content().grow<Notice>(1);
    view_ = &content().grow<ScreenView>(1);
    give_id(*view_, "session.screen");
    view_->hide();
    content().arrange();
    notice_->report->on_click([this] { mediator_.write_report(number_); });
    notice_->again->on_click([this] { mediator_.ask_again(number_); });
    notice_->close->on_click([this] { mediator_.close_session_window(number_); });
}

void SessionWindow::build_toolbar() {
    toolbar_->view_only.on_click([this] { set_view_only(toolbar_->view_only.value() != 0); });
    toolbar_->ctrl_alt_del.on_click([this] {
        view_->send_chord(ctrl_alt_del);
        view_->take_focus();
    });
    toolbar_->fit.on_click([this] {
        view_->set_mode(toolbar_->fit.value() != 0 ? Viewport::Mode::fit : Viewport::Mode::actual);
        view_->take_focus();
    });
    toolbar_->full_screen.on_click([this] { toggle_full_screen(); });
    toolbar_->screenshot.on_click([this] { save_screenshot(); });
    toolbar_->end.on_click([this] { end_pressed(); });
    // The screen keeps the keyboard: Space and Return must not press a button here by accident.
    for (Fl_Widget* widget : {static_cast<Fl_Widget*>(&toolbar_->view_only), static_cast<Fl_Widget*>(&toolbar_->ctrl_alt_del),
                              static_cast<Fl_Widget*>(&toolbar_->fit), static_cast<Fl_Widget*>(&toolbar_->full_screen),
                              static_cast<Fl_Widget*>(&toolbar_->screenshot), static_cast<Fl_Widget*>(&toolbar_->end)})
        widget->clear_visible_focus();
}

void SessionWindow::connect_view() {
    view_->on_resized([this](Size size) { fit_window(size); });
    view_->on_full_screen([this] { toggle_full_screen(); });
    view_->on_motion([this](Point at) { pointer_moved(at); });
    view_->on_local_text([this](const std::string& text) { send_clipboard(text); });
}

// ---- what the model says

void SessionWindow::session_changed(const Session& session) {
    copy_label(fmt::format("{} - Pronto", session.guest_name).c_str());
    const bool showing = session.live() && session.screen == Session::Screen::showing;
    toolbar_->set_live(showing, session.mode == control::Mode::control);
    session.live() && !session.ending ? toolbar_->end.activate() : toolbar_->end.deactivate();
    if (session.mode == control::Mode::view) toolbar_->view_only.value(1);
    toolbar_->state.set(!session.live()  ? ui::Lamp::off
                        : showing        ? ui::Lamp::good
                                         : ui::Lamp::warning,
                        showing ? fmt::format("{} · {}", session.guest_name, state_in_words(session)) : session.guest_name);
    if (!session.live())
        show_end(session);
    else if (showing)
        show_screen(session);
    else
        show_waiting(session);
}

void SessionWindow::show_waiting(const Session& session) {
    view_->attach(nullptr);
    content().set_shown(*view_, false);
    notice_->icon->set(session.state == control::SessionState::paused ? "unplug" : "bell", ui::colour::muted);
    notice_->heading->set_text(state_in_words(session));
    notice_->more->set_text(session.state == control::SessionState::asked
                                ? "The person there reads who is asking and whether the session is recorded, and may say no."
                                : "");
    notice_->set_shown(*notice_->buttons, false);
    const bool counting = session.asked_until.has_value();
    counting ? notice_->countdown->show() : notice_->countdown->hide();
    if (counting)
        notice_->countdown->start(Millis(std::max<UnixMillis>(0, *session.asked_until - clock_.unix_now())));
    else
        notice_->countdown->stop();
    content().set_shown(*notice_, true);
}

void SessionWindow::show_screen(const Session&) {
    notice_->countdown->stop();
    content().set_shown(*notice_, false);
    content().set_shown(*view_, true);
    auto* screen = screens_.find(number_);
    if (screen && !view_->attached()) {
        screen->set_view_only(toolbar_->view_only.value() != 0);
        view_->attach(screen);
        view_->take_focus();
    }
}

void SessionWindow::show_end(const Session& session) {
    view_->attach(nullptr);
    if (fullscreen_active()) toggle_full_screen();
    content().set_shown(*view_, false);
    notice_->countdown->stop();
    notice_->countdown->hide();
    const auto words = end_in_words(session);
    const bool quiet = session.reason == control::EndReason::operator_ || session.reason == control::EndReason::guest;
    notice_->icon->set(quiet ? "monitor" : "triangle-alert", quiet ? ui::colour::muted : ui::colour::warning);
    notice_->heading->set_text(words.heading);
    notice_->more->set_text(words.more);
    notice_->buttons->set_shown(*notice_->report, session.was_seen() && !session.assistance.empty());
    notice_->buttons->set_shown(*notice_->again, !session.was_seen() && model_.find_peer(session.peer));
    notice_->set_shown(*notice_->buttons, true);
    content().set_shown(*notice_, true);
    notice_->close->take_focus();
}

void SessionWindow::clipboard_received(const std::string& text) {
    shared_text_ = text;
    Fl::copy(text.data(), static_cast<int>(text.size()), 1);
}

// ---- what the operator does

void SessionWindow::fit_window(Size remote) {
    if (fitted_ || remote.width <= 0 || fullscreen_active()) return;
    fitted_ = true;  // once: later the size is the operator's
    int x = 0, y = 0, width = 0, height = 0;
    Fl::screen_work_area(x, y, width, height, this->x() + w() / 2, this->y() + h() / 2);
    const int chrome = h() - view_->h(), margin = px(48);
    const int most_w = width - margin, most_h = height - margin - chrome;
    const double shrink = std::min({1.0, static_cast<double>(most_w) / remote.width, static_cast<double>(most_h) / remote.height});
    const int new_w = std::max(px(720), static_cast<int>(remote.width * shrink));
    const int new_h = std::max(px(320), static_cast<int>(remote.height * shrink)) + chrome;
    const auto inside = [&](int at, int from, int room, int length) { return std::clamp(at, from, std::max(from, from + room - length)); };
    resize(inside(this->x(), x, width, new_w), inside(this->y(), y, height, new_h), new_w, new_h);
}

void SessionWindow::toggle_full_screen() {
    const bool full = !fullscreen_active();
    full ? fullscreen() : fullscreen_off();
    content().set_shown(*toolbar_, !full);
    view_->take_focus();
}

void SessionWindow::pointer_moved(Point at) {
    if (!fullscreen_active()) return;
    // At the upper edge the toolbar comes back; it goes when the pointer leaves it downwards.
    if (at.y <= 1) content().set_shown(*toolbar_, true);
    else if (at.y > toolbar_->y() + toolbar_->h() + px(8)) content().set_shown(*toolbar_, false);
}

void SessionWindow::save_screenshot() {
    const auto* screen = screens_.find(number_);
    const auto* session = model_.find_session(number_);
    if (!screen || !session) return;
    try {
        const auto file = pictures_folder() / screenshot_name(session->guest_name, clock_.unix_now());
        vnc::write_png(screen->picture(), file);
        toolbar_->state.set(ui::Lamp::good, fmt::format("Saved as {}", file.string()));
    } catch (const std::exception& problem) {
        ui::ask({"session.screenshot.failed", "The screenshot is not saved", problem.what()}, this, {});
    }
    view_->take_focus();
}

void SessionWindow::set_view_only(bool view_only) {
    view_->release_all();
    if (auto* screen = screens_.find(number_)) screen->set_view_only(view_only);
    toolbar_->set_live(true, true);
    view_->take_focus();
}

void SessionWindow::send_clipboard(const std::string& text) {
    const auto* session = model_.find_session(number_);
    const bool allowed = session && session->state == control::SessionState::streaming && model_.policy().clipboard &&
                         session->mode == control::Mode::control && toolbar_->view_only.value() == 0;
    if (!allowed || text.empty() || text == shared_text_) return;
    shared_text_ = text;
    model_.send_clipboard(number_, text);
}

void SessionWindow::end_pressed() { model_.end_session(number_); }

void SessionWindow::close_pressed() {
    const auto* session = model_.find_session(number_);
    if (!session || !session->live()) return mediator_.close_session_window(number_);
    if (!session->was_seen()) return model_.end_session(number_);
    ui::ask({"session.leave", "End the session?", fmt::format("{} is still connected.", session->guest_name), "End session",
             "Go on", true},
            this, [&model = model_, number = number_](bool yes) {  // the window may be gone by then
                if (yes) model.end_session(number);
            });
}

int SessionWindow::handle(int event) {
    // Escape closes no session: it belongs to the remote computer.
    if (event == FL_SHORTCUT && Fl::event_key() == FL_Escape) return 1;
    return Frame::handle(event);
}

}  // namespace pronto::viewer
