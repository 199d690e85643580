#include "viewer/ui/bridge_window.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/remote/external_viewer.hpp"
#include "viewer/ui/copy_row.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {

using ui::px;

BridgeWindow::BridgeWindow(Fl_Window* over, SessionNumber number, ConsoleModel& model, Mailbox& mailbox,
                           std::function<void()> closed)
    : Dialog(px(480), "Another viewer", over),
      number_(number),
      model_(model),
      mailbox_(mailbox),
      closed_(std::move(closed)) {
    give_id(*this, "bridge");
    build();
    on_close([this] { end_or_close(); });
    open(false);
    if (const auto* session = model_.find_session(number_)) session_changed(Session(*session));
}

BridgeWindow::~BridgeWindow() = default;

void BridgeWindow::build() {
    status_ = &body().fixed<ui::StatusDot>(px(22));
    give_id(*status_, "bridge.status");
    more_ = &paragraph("", ui::Label::Style::caption);
    give_id(*more_, "bridge.more");
    address_ = &body().fixed<CopyRow>(CopyRow::height(), "Address", "bridge.address");
    pass_ = &body().fixed<CopyRow>(CopyRow::height(), "Pass", "bridge.pass");
    end_ = &buttons().sized<ui::DangerButton>("End session", "power");
    give_id(*end_, "bridge.end");
    end_->on_click([this] { end_or_close(); });
    show_place(nullptr);
}

void BridgeWindow::session_changed(const Session& session) {
    set_heading(session.guest_name);
    if (session.live() && session.screen == Session::Screen::offered) return offer(session);
    if (viewer_) viewer_->remove_pass_file();
    show_place(nullptr);
    if (!session.live()) {
        const auto words = end_in_words(session);
        end_->set_text("Close");
        return say(ui::Lamp::off, words.heading, words.more());
    }
    const bool shown = session.screen == Session::Screen::showing;
    const auto program = viewer_ ? viewer_->program() : "Another viewer";
    say(shown ? ui::Lamp::good : ui::Lamp::busy, state_in_words(session),
        shown ? fmt::format("{} shows it. The session ends with that window.", program) : "");
}

void BridgeWindow::offer(const Session& session) {
    if (std::exchange(offered_, true)) return;
    say(ui::Lamp::busy, state_in_words(session),
        "Works once, on this computer only. The session ends with the viewer.");
    if (model_.settings().external_viewer.empty()) return show_place(&*session.place);
    start_viewer(*session.place);
}

void BridgeWindow::start_viewer(const BridgePlace& place) {
    try {
        viewer_ = std::make_unique<ExternalViewer>(model_.settings().external_viewer, place, mailbox_,
                                                   [this](const std::string& how) { viewer_ended(how); });
        say(ui::Lamp::busy, fmt::format("{} was started…", viewer_->program()));
    } catch (const std::runtime_error& problem) {
        say(ui::Lamp::warning, "The other viewer was not started",
            fmt::format("{}. Any VNC viewer can be used:", problem.what()));
        show_place(&place);
    }
}

/// Some programs leave the work to another process and end: until it has come, the place stays good.
void BridgeWindow::viewer_ended(const std::string& how) {
    const auto* session = model_.find_session(number_);
    if (!session || !session->place) return;
    say(ui::Lamp::warning, fmt::format("{} {}", viewer_->program(), how),
        "It has not logged in yet. Any VNC viewer can be used:");
    show_place(&*session->place);
}

void BridgeWindow::show_place(const BridgePlace* place) {
    address_->set_value(place ? fmt::format("vnc://127.0.0.1:{}", place->port) : "");
    pass_->set_value(place ? place->pass : "");
    body().set_shown(*address_, place != nullptr);
    body().set_shown(*pass_, place != nullptr);
    fit();
}

void BridgeWindow::say(ui::Lamp lamp, const std::string& text, const std::string& more) {
    status_->set(lamp, text);
    set_paragraph(*more_, more);
    fit();
}

void BridgeWindow::end_or_close() {
    const auto* session = model_.find_session(number_);
    if (session && session->live()) return model_.end_session(number_);
    closed_();
}

}  // namespace pronto::viewer
