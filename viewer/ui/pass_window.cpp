#include "viewer/ui/pass_window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/ui/copy_row.hpp"

namespace pronto::viewer {

using ui::px;

PassWindow::PassWindow(Fl_Window* over, ConsoleModel& model, const Clock& clock, const control::Presence& guest)
    : Dialog(px(520), "One-time pass", over), model_(model), clock_(clock), peer_(guest.peer) {
    give_id(*this, "pass");
    set_heading(fmt::format("One-time pass for {}", guest.name));
    build();
    on_close([this] { hide(); });
    open(false);
    ask_for_pass();
}

void PassWindow::build() {
    paragraph(
        "Lets a VNC viewer have one session, once: at the address with the pass as its password, or as UltraVNC's "
        "repeater with the number.",
        ui::Label::Style::caption);
    const bool viewers = model_.policy().viewer_port != 0, repeater = model_.policy().repeater_port != 0;
    if (viewers) address_ = &body().fixed<CopyRow>(CopyRow::height(), "Address", "pass.address");
    if (viewers) pass_ = &body().fixed<CopyRow>(CopyRow::height(), "Pass", "pass.pass");
    if (repeater) repeater_ = &body().fixed<CopyRow>(CopyRow::height(), "Repeater", "pass.repeater");
    if (repeater) number_ = &body().fixed<CopyRow>(CopyRow::height(), "Number", "pass.number");
    countdown_ = &body().fixed<ui::Countdown>(px(22));
    give_id(*countdown_, "pass.left");
    status_ = &body().fixed<ui::StatusDot>(px(20));
    give_id(*status_, "pass.status");
    view_only_ = &body().fixed<ui::Checkbox>(px(24), "View only (for the next pass)");
    give_id(*view_only_, "pass.view_only");
    auto& close = buttons().sized<ui::Button>("Close");
    give_id(close, "pass.close");
    close.on_click([this] { do_callback(); });
    again_ = &buttons().sized<ui::PrimaryButton>("New pass", "refresh-cw");
    give_id(*again_, "pass.new");
    again_->on_click([this] { ask_for_pass(); });
}

void PassWindow::ask_for_pass(const std::string& password) {
    forget_pass();
    const auto mode = view_only_->value() != 0 ? control::Mode::view : control::Mode::control;
    if (!model_.new_pass(peer_, mode, password))
        return pass_refused({control::Code::conflict, model_.log().back().text, {}});
    again_->deactivate();
    say(ui::Lamp::busy, "Asking the hub for a pass…");
}

void PassWindow::pass_created(const CreatedPass& created) {
    again_->activate();
    if (address_) address_->set_value(created.viewer_url);
    if (pass_) pass_->set_value(created.pass.pass);
    if (repeater_) repeater_->set_value(created.repeater_url);
    if (number_) number_->set_value("ID:" + created.pass.number);
    say(ui::Lamp::good, "Good for one session");
    const auto left = Millis(std::max<UnixMillis>(0, created.pass.expires - clock_.unix_now()));
    countdown_->start(left, [this] {
        forget_pass();
        say(ui::Lamp::off, "The pass is over");
    });
}

void PassWindow::pass_refused(const control::Error& why) {
    again_->activate();
    say(ui::Lamp::danger, in_words(why));
}

void PassWindow::say(ui::Lamp lamp, const std::string& text) {
    status_->set(lamp, text);
}

void PassWindow::forget_pass() {
    countdown_->stop();
    for (auto* row : {address_, pass_, repeater_, number_})
        if (row) row->set_value("");
}

}  // namespace pronto::viewer
