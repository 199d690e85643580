#include "viewer/ui/session_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/session.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {

using control::SessionState;
using ui::px;

namespace {

void enable(Fl_Widget& widget, bool active) {
    active ? widget.activate() : widget.deactivate();
}

}  // namespace

SessionToolbar::SessionToolbar() : Row(px(4), px(8)) {
    box(FL_FLAT_BOX);
    color(ui::colour::surface);
    give_id(state, "session.state");
    give_id(view_only, "session.view_only");
    give_id(ctrl_alt_del, "session.ctrl_alt_del");
    give_id(fit, "session.fit");
    give_id(full_screen, "session.full_screen");
    give_id(record, "session.record");
    give_id(screenshot, "session.screenshot");
    give_id(end, "session.end");
    view_only.make_toggle();
    fit.make_toggle();
    record.make_toggle();
    fit.value(1);
    view_only.tooltip("Look without touching");
    ctrl_alt_del.tooltip("Press Ctrl+Alt+Del on the remote computer");
    fit.tooltip("The whole screen in the window; otherwise pixel for pixel");
    record.tooltip("Without it, what is on the screen does not get into the movie");
    full_screen.tooltip("Ctrl+Alt+Enter, also to come back");
    // The screen keeps the keyboard: Space and Return must not press a button here by accident.
    for (int i = 0; i < children(); ++i) child(i)->clear_visible_focus();
}

void SessionToolbar::show_session(const Session& session, bool may_pause) {
    const bool showing = session.screen_is_good();
    const bool control = session.mode == control::Mode::control;
    if (!control) view_only.value(1);
    for (Fl_Widget* widget :
         {static_cast<Fl_Widget*>(&fit), static_cast<Fl_Widget*>(&full_screen), static_cast<Fl_Widget*>(&screenshot)})
        enable(*widget, showing);
    record.value(session.records() ? 1 : 0);
    enable(record, showing && session.recorded && may_pause && session.paused_by != control::Party::guest);
    enable(view_only, showing && control);
    enable(ctrl_alt_del, showing && control && !wants_view_only());
    enable(end, session.live() && !session.ending);
    const auto lamp = !session.live() ? ui::Lamp::off : showing ? ui::Lamp::good : ui::Lamp::warning;
    // The name stands in the window's title, too: where there is little room, the state is what must be read.
    state.set(lamp, showing ? fmt::format("{} · {}", state_in_words(session), session.guest_name) : session.guest_name);
}

SessionNotice::SessionNotice() : Column(px(12), px(24)) {
    box(FL_FLAT_BOX);
    color(ui::colour::window);
    spring();
    icon_ = &fixed<ui::IconBox>(px(56), "bell", 48, ui::colour::muted);
    heading_ = &fixed<ui::Label>(px(28), "", ui::Label::Style::heading, ui::Align::centre);
    more_ = &fixed<ui::Label>(px(64), "", ui::Label::Style::caption, ui::Align::centre);
    more_->make_wrapped();
    auto& bar = fixed<ui::Row>(px(22), 0);
    bar.spring();
    countdown_ = &bar.fixed<ui::Countdown>(px(320));
    bar.spring();
    buttons_ = &fixed<ui::Row>(ui::Button::height(), px(8));
    buttons_->spring();
    report = &buttons_->sized<ui::PrimaryButton>("Write the report");
    again = &buttons_->sized<ui::Button>("Ask again");
    close = &buttons_->sized<ui::Button>("Close");
    buttons_->spring();
    spring();
    give_id(*heading_, "session.notice");
    give_id(*more_, "session.notice.more");
    give_id(*countdown_, "session.countdown");
    give_id(*report, "session.report");
    give_id(*again, "session.again");
    give_id(*close, "session.close");
}

void SessionNotice::show_waiting(const Session& session, UnixMillis now) {
    icon_->set(session.state == SessionState::paused ? "unplug" : "bell", ui::colour::muted);
    heading_->set_text(state_in_words(session));
    more_->set_text(session.state == SessionState::asked
                        ? "The person there reads who is asking and whether the session is recorded, and may say no."
                        : "");
    set_shown(*buttons_, false);
    stop_counting();
    if (!session.asked_until) return;
    countdown_->show();
    countdown_->start(Millis(std::max<UnixMillis>(0, *session.asked_until - now)));
}

void SessionNotice::show_end(const Session& session, bool can_ask_again) {
    stop_counting();
    const auto words = end_in_words(session);
    const bool quiet = session.reason == control::EndReason::operator_ || session.reason == control::EndReason::guest;
    icon_->set(quiet ? "monitor" : "triangle-alert", quiet ? ui::colour::muted : ui::colour::warning);
    heading_->set_text(words.heading);
    more_->set_text(words.more());
    buttons_->set_shown(*report, session.wants_report());
    buttons_->set_shown(*again, !session.was_seen() && can_ask_again);
    set_shown(*buttons_, true);
}

PauseCard::PauseCard() : Column(px(6), px(18)) {
    box(FL_FLAT_BOX);  // over a picture there is nothing that round corners could show
    color(ui::colour::surface);
    auto& top = fixed<ui::Row>(px(40), 0);
    top.spring();
    top.fixed<ui::IconBox>(px(40), "unplug", 32, ui::colour::warning);
    top.spring();
    heading_ = &fixed<ui::Label>(px(28), "", ui::Label::Style::bold, ui::Align::centre);
    more_ = &fixed<ui::Label>(px(22), "", ui::Label::Style::caption, ui::Align::centre);
    auto& bar = fixed<ui::Row>(ui::Button::height(), 0);
    bar.spring();
    try_now = &bar.sized<ui::Button>("Try now");
    bar.spring();
    give_id(*heading_, "session.pause");
    give_id(*more_, "session.pause.more");
    give_id(*try_now, "session.try_now");
    hide();
}

void PauseCard::show_pause(const PauseWords& words, bool can_try_now) {
    heading_->set_text(words.heading);
    more_->set_text(words.more);
    set_shown(*more_, !words.more.empty());
    set_shown(*try_now->parent(), can_try_now);
    const int wide = std::max({px(380), heading_->wish() + px(64), more_->wish() + px(64)});
    if (w() != wide || h() != needed()) resize(x(), y(), wide, needed());
    show();
}

void SessionNotice::stop_counting() {
    countdown_->stop();
    countdown_->hide();
}

}  // namespace pronto::viewer
