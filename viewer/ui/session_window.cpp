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
#include "viewer/ui/session_parts.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

// X11 keysyms.
const std::vector<std::uint32_t> ctrl_alt_del{0xFFE3, 0xFFE9, 0xFFFF};

}  // namespace

SessionWindow::SessionWindow(SessionNumber number, ConsoleModel& model, RemoteScreens& screens, const Clock& clock,
                             Mediator& mediator)
    : Frame(px(960), px(640), "Session", 0, 0),
      number_(number),
      model_(model),
      screens_(screens),
      clock_(clock),
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

SessionWindow::~SessionWindow() {
    view_->attach(nullptr);
}

void SessionWindow::build() {
    toolbar_ = &content().fixed<SessionToolbar>(px(50));
    line_ = &content().fixed<ui::Hairline>(ui::hairline());
    notice_ = &content().grow<SessionNotice>(1);
    view_ = &content().grow<ScreenView>(1);
    give_id(*view_, "session.screen");
    pause_ = new PauseCard;
    view_->put_over(*pause_);
    pause_->try_now->on_click([this] { model_.retry_now(); });
    view_->hide();
    content().arrange();
    notice_->report->on_click([this] { mediator_.write_report(number_); });
    notice_->again->on_click([this] { mediator_.ask_again(number_); });
    notice_->close->on_click([this] { mediator_.close_session_window(number_); });
}

void SessionWindow::build_toolbar() {
    toolbar_->view_only.on_click([this] { set_view_only(toolbar_->wants_view_only()); });
    toolbar_->ctrl_alt_del.on_click([this] {
        view_->send_chord(ctrl_alt_del);
        view_->take_focus();
    });
    toolbar_->fit.on_click([this] {
        view_->set_mode(toolbar_->fit.value() != 0 ? Viewport::Mode::fit : Viewport::Mode::actual);
        view_->take_focus();
    });
    toolbar_->full_screen.on_click([this] { toggle_full_screen(); });
    toolbar_->record.on_click([this] {
        const auto* session = model_.find_session(number_);
        if (session) model_.pause_recording(number_, session->paused_by == control::Party::nobody);
        if (session) session_changed(*session);  // the button shows what is, not what is wished
        view_->take_focus();
    });
    toolbar_->screenshot.on_click([this] { save_screenshot(); });
    toolbar_->end.on_click([this] { end_pressed(); });
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
    toolbar_->show_session(session, model_.policy().operator_may_pause);
    if (session.screen_is_good()) return show_screen();
    if (session.waits_for_its_screen()) return show_pause(session);
    view_->attach(nullptr);
    content().set_shown(*view_, false);
    content().set_shown(*notice_, true);
    if (session.live()) return notice_->show_waiting(session, clock_.unix_now());
    if (fullscreen_active()) toggle_full_screen();
    notice_->show_end(session, model_.logged_in() && model_.find_peer(session.peer) != nullptr);
    notice_->close->take_focus();
}

void SessionWindow::show_screen() {
    notice_->stop_counting();
    pause_->hide();
    content().set_shown(*notice_, false);
    content().set_shown(*view_, true);
    auto* screen = screens_.find(number_);
    if (!screen || view_->attached()) return;
    screen->set_view_only(toolbar_->wants_view_only());
    view_->attach(screen);
    view_->take_focus();
}

void SessionWindow::show_pause(const Session& session) {
    view_->keep_last_picture();
    notice_->stop_counting();
    content().set_shown(*notice_, false);
    content().set_shown(*view_, true);
    pause_->show_pause(pause_in_words(session, model_.status_text(), clock_.unix_now()), model_.reconnecting());
    view_->put_in_place();
}

void SessionWindow::pause_changed() {
    const auto* session = model_.find_session(number_);
    if (session && session->waits_for_its_screen()) show_pause(*session);
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
    const double shrink =
        std::min({1.0, static_cast<double>(most_w) / remote.width, static_cast<double>(most_h) / remote.height});
    const int readable = std::min(most_w, px(920));  // the toolbar has room for the state, too
    const int new_w = std::max(readable, static_cast<int>(remote.width * shrink));
    const int new_h = std::max(px(320), static_cast<int>(remote.height * shrink)) + chrome;
    const auto inside = [&](int at, int from, int room, int length) {
        return std::clamp(at, from, std::max(from, from + room - length));
    };
    resize(inside(this->x(), x, width, new_w), inside(this->y(), y, height, new_h), new_w, new_h);
}

void SessionWindow::toggle_full_screen() {
    const bool full = !fullscreen_active();
    full ? fullscreen() : fullscreen_off();
    show_toolbar(!full);
    view_->say(full ? "Ctrl+Alt+Enter leaves full screen; the toolbar is at the upper edge" : "");
    view_->take_focus();
}

void SessionWindow::pointer_moved(Point at) {
    if (!fullscreen_active()) return;
    // At the upper edge the toolbar comes back; it goes when the pointer leaves it downwards.
    if (at.y <= px(2))
        show_toolbar(true);
    else if (at.y > toolbar_->y() + toolbar_->h() + px(8))
        show_toolbar(false);
}

void SessionWindow::show_toolbar(bool shown) {
    content().set_shown(*toolbar_, shown);
    content().set_shown(*line_, shown);
}

void SessionWindow::save_screenshot() {
    const auto* screen = screens_.find(number_);
    const auto* session = model_.find_session(number_);
    if (!screen || !session) return;
    try {
        const auto file = pictures_folder() / screenshot_name(session->guest_name, clock_.unix_now());
        vnc::write_png(screen->picture(), file);
        view_->say(fmt::format("Saved as {}", file.string()));
    } catch (const std::exception& problem) {
        ui::ask({"session.screenshot.failed", "The screenshot is not saved", problem.what()}, this, {});
    }
    view_->take_focus();
}

void SessionWindow::set_view_only(bool view_only) {
    view_->release_all();
    if (auto* screen = screens_.find(number_)) screen->set_view_only(view_only);
    if (const auto* session = model_.find_session(number_)) session_changed(*session);
    view_->take_focus();
}

void SessionWindow::send_clipboard(const std::string& text) {
    const auto* session = model_.find_session(number_);
    const bool allowed = session && session->state == control::SessionState::streaming && model_.policy().clipboard &&
                         session->mode == control::Mode::control && !toolbar_->wants_view_only();
    if (!allowed || text.empty() || text == shared_text_) return;
    shared_text_ = text;
    model_.send_clipboard(number_, text);
}

void SessionWindow::end_pressed() {
    model_.end_session(number_);
}

void SessionWindow::close_pressed() {
    const auto* session = model_.find_session(number_);
    if (!session || !session->live()) return mediator_.close_session_window(number_);
    if (!session->was_seen()) return model_.end_session(number_);
    ui::ask({"session.leave", "End the session?", fmt::format("{} is still connected.", session->guest_name),
             "End session", "Go on", true},
            this, [&model = model_, number = number_](bool yes) {  // the window may be gone by then
                if (yes) model.end_session(number);
            });
}

}  // namespace pronto::viewer
