#include "viewer/ui/main_window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/menu.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/ticket_text.hpp"
#include "viewer/ui/details_card.hpp"
#include "viewer/ui/start_page.hpp"

namespace pronto::viewer {

using ui::px;
using State = Connection::State;

namespace {

constexpr auto people_page = "Online guests and operators";
constexpr auto start_page = "Getting started";

void enable(Fl_Widget& widget, bool active) {
    active ? widget.activate() : widget.deactivate();
}

ui::Tone tone_of(LogLine::Severity severity) {
    switch (severity) {
        case LogLine::Severity::info:
            break;
        case LogLine::Severity::warning:
            return ui::Tone::warning;
        case LogLine::Severity::error:
            return ui::Tone::danger;
    }
    return ui::Tone::normal;
}

class WhiteRow : public ui::Row {
public:
    WhiteRow(int gap, int padding) : Row(gap, padding) {
        box(FL_FLAT_BOX);
        color(ui::colour::surface);
    }
};

}  // namespace

class MainWindow::Toolbar : public WhiteRow {
public:
    Toolbar() : WhiteRow(px(4), px(8)) {
        give_id(log_in, "main.log_in");
        give_id(log_out, "main.log_out");
        give_id(ticket, "main.ticket");
        give_id(control, "main.control");
        give_id(view, "main.view_only");
        give_id(disconnect, "main.disconnect");
        give_id(movies, "main.movies");
        give_id(network, "main.network");
        disconnect.tooltip("End the session with the selected guest");
    }
    ui::PrimaryButton& log_in = sized<ui::PrimaryButton>("Log in", "log-in");
    ui::ToolButton& ticket = sized<ui::ToolButton>("Ticket", "ticket");
    ui::ToolButton& control = sized<ui::ToolButton>("Remote control", "monitor");
    ui::ToolButton& view = sized<ui::ToolButton>("View only", "eye");
    ui::ToolButton& disconnect = sized<ui::ToolButton>("Disconnect", "unplug");
    ui::ToolButton& movies = sized<ui::ToolButton>("Movies", "film");
    ui::ToolButton& network = at_the_end("Network", "settings");
    ui::ToolButton& log_out = sized<ui::ToolButton>("Log out", "log-out");

private:
    ui::ToolButton& at_the_end(const char* text, const char* icon) {
        spring();
        return sized<ui::ToolButton>(text, icon);
    }
};

MainWindow::MainWindow(ConsoleModel& model, Mediator& mediator)
    : Frame(px(1100), px(700), "Pronto", 0, 0), model_(model), mediator_(mediator) {
    give_id(*this, "main");
    xclass("pronto-viewer");
    build();
    connect_buttons();
    on_close([this] { mediator_.close_console(); });
    size_range(px(760), px(480));
    for (const auto& line : model_.log()) logged(line);
    if (model_.settings().show_getting_started) tabs_->show_page(start_page);
    connection_changed();
}

MainWindow::~MainWindow() = default;

// ---- building

void MainWindow::build() {
    toolbar_ = &content().fixed<Toolbar>(px(50));
    content().fixed<ui::Hairline>(ui::hairline());
    reports_ = &content().fixed<WhiteRow>(px(46), px(12), px(6));
    reports_->color(ui::colour::warning_back);
    reports_->space(px(6));
    reports_text_ = &reports_->grow<ui::Label>(1, "");
    give_id(*reports_text_, "main.reports");
    auto& write = reports_->sized<ui::Button>("Write the report", "save");
    give_id(write, "main.write_report");
    write.on_click([this] { mediator_.show_next_report(); });
    reports_->space(px(2));
    reports_->hide();
    tabs_ = &content().grow<ui::Tabs>(1, "tab:");
    give_id(*tabs_, "tabs");
    build_people(tabs_->add_page(people_page));
    start_ = std::make_unique<StartPage>(tabs_->add_page(start_page), model_.settings().show_getting_started);
    content().fixed<ui::Hairline>(ui::hairline());
    auto& bar = content().fixed<WhiteRow>(px(27), px(12), 0);
    bar.space(px(2));
    status_ = &bar.grow<ui::StatusDot>(1);
    give_id(*status_, "main.status");
    try_now_ = &bar.sized<ui::ToolButton>("Try now", "refresh-cw");
    give_id(*try_now_, "main.try_now");
    try_now_->on_click([this] { model_.retry_now(); });
    user_ = &bar.fixed<ui::Label>(px(320), "", ui::Label::Style::caption, ui::Align::right);
    bar.space(px(2));
    content().arrange();
}

void MainWindow::build_people(ui::Column& page) {
    auto& row = page.grow<ui::Row>(1, px(12));
    auto& left = row.fixed<ui::Column>(px(310), px(6));
    auto& head = left.fixed<ui::Row>(px(22), px(8));
    head.space(px(2));
    head.fixed<ui::Label>(px(80), "Online", ui::Label::Style::bold);
    counts_ = &head.grow<ui::Label>(1, "", ui::Label::Style::caption, ui::Align::right);
    tree_ = &left.grow<ui::RowList>(1, "tree.row:");
    give_id(*tree_, "tree");
    auto& right = row.grow<ui::Column>(1, px(6));
    details_ = &right.fixed<DetailsCard>(px(286));
    auto& title = right.fixed<ui::Row>(px(26), 0);
    title.space(px(4));
    title.grow<ui::Label>(1, "Log", ui::Label::Style::bold);
    log_ = &right.grow<ui::LogPane>(1);
    give_id(*log_, "log");
}

void MainWindow::connect_buttons() {
    toolbar_->log_in.on_click([this] { mediator_.show_log_in(); });
    toolbar_->log_out.on_click([this] { mediator_.log_out(); });
    toolbar_->ticket.on_click([this] { mediator_.show_ticket(); });
    toolbar_->control.on_click([this] { request(control::Mode::control); });
    toolbar_->view.on_click([this] { request(control::Mode::view); });
    toolbar_->disconnect.on_click([this] { disconnect(); });
    toolbar_->movies.on_click([this] { mediator_.show_movies(); });
    toolbar_->network.on_click([this] { show_network_menu(); });
    tree_->on_select([this](const std::string&) {
        update_details();
        update_buttons();
    });
    tree_->on_activate([this](const std::string&) { request(control::Mode::control); });
    tree_->on_menu([this](const std::string& key) { show_menu(key); });
    start_->on_log_in([this] { mediator_.show_log_in(); });
    start_->on_ticket([this] { mediator_.show_ticket(); });
    start_->on_movies([this] { mediator_.show_movies(); });
    start_->on_show_at_start([this](bool show) {
        auto settings = model_.settings();
        settings.show_getting_started = show;
        model_.change_settings(settings);
    });
}

// ---- what the model says

void MainWindow::connection_changed() {
    const bool in = model_.logged_in() || model_.reconnecting();
    toolbar_->set_shown(toolbar_->log_in, !in);
    toolbar_->set_shown(toolbar_->log_out, in);
    enable(toolbar_->log_in, model_.connection().state != State::connecting);
    start_->set_logged_in(in);
    if (in && !was_in_) tabs_->show_page(people_page);
    was_in_ = in;
    tree_->set_empty_text(model_.logged_in()
                              ? "Nobody is online. Make a ticket and send it to the person in difficulty."
                              : "Log in to see who is online.");
    update_status();
    people_changed();
}

void MainWindow::update_status() {
    const auto state = model_.connection().state;
    const auto lamp = state == State::logged_in      ? ui::Lamp::good
                      : state == State::connecting   ? ui::Lamp::busy
                      : state == State::reconnecting ? ui::Lamp::warning
                      : state == State::lost         ? ui::Lamp::danger
                                                     : ui::Lamp::off;
    static_cast<ui::Stack*>(try_now_->parent())->set_shown(*try_now_, state == State::reconnecting);
    // The product's two words first; the rest says more.
    if (state == State::logged_in)
        status_->set(lamp, "Logged in");
    else
        status_->set(lamp, model_.status_text());
    user_->set_text(state == State::logged_in || state == State::reconnecting
                        ? fmt::format("{} at {}", model_.connection().name, tunnel::to_text(model_.connection().hub))
                        : "");
}

void MainWindow::second_passed() { update_status(); }

void MainWindow::people_changed() {
    people_ = people_of(model_);
    tree_->set_rows(people_.rows);
    const auto count = [&](control::Role role) {
        return std::count_if(model_.presence().begin(), model_.presence().end(),
                             [&](const auto& entry) { return entry.role == role; });
    };
    const auto guests = count(control::Role::guest) + count(control::Role::host);
    if (model_.reconnecting())
        counts_->set_text("before the connection was lost");
    else
        counts_->set_text(model_.logged_in() ? fmt::format("{} to help · {} {}", guests, count(control::Role::operator_),
                                                       count(control::Role::operator_) == 1 ? "operator" : "operators")
                                         : "");
    update_details();
    update_buttons();
}

void MainWindow::arrived(const control::Presence& entry) {
    // Who comes while nobody is selected is most likely the one that is awaited.
    if (entry.role == control::Role::guest && tree_->selected().empty()) tree_->select(key_of(people_, entry.peer));
}

void MainWindow::logged(const LogLine& line) {
    log_->add(local_time(line.time), line.text, tone_of(line.severity));
}

void MainWindow::reports_waiting(const std::vector<std::string>& guests) {
    std::string names;
    for (const auto& guest : guests) names += (names.empty() ? "" : ", ") + guest;
    reports_text_->set_text(guests.size() == 1
                                ? fmt::format("The report about {} is still to be written.", names)
                                : fmt::format("{} reports are still to be written: {}.", guests.size(), names));
    content().set_shown(*reports_, !guests.empty());
}

// ---- what the operator does

const control::Presence* MainWindow::selected() const {
    const auto found = people_.peers.find(tree_->selected());
    return found == people_.peers.end() ? nullptr : model_.find_peer(found->second);
}

void MainWindow::update_buttons() {
    const auto* entry = selected();
    const bool can_be_helped = entry && entry->role != control::Role::operator_ && model_.logged_in();
    const bool live = entry && model_.live_session_with(entry->peer);
    enable(toolbar_->ticket, model_.logged_in());
    enable(toolbar_->control, can_be_helped && !live);
    enable(toolbar_->view, can_be_helped && !live);
    enable(toolbar_->disconnect, live);
}

void MainWindow::update_details() {
    const auto* entry = selected();
    if (!entry)
        return details_->show_nobody(model_.logged_in() ? "Select somebody in the list to see more, or to help."
                                                        : "You are not logged in.");
    const auto row = std::find_if(people_.rows.begin(), people_.rows.end(),
                                  [&](const ui::ListRow& each) { return each.key == tree_->selected(); });
    details_->show_somebody(*entry, *row, facts_about(*entry, model_.live_session_with(entry->peer)));
}

void MainWindow::request(control::Mode mode, SeenIn seen_in) {
    const auto* entry = selected();
    if (entry && entry->role != control::Role::operator_) mediator_.request(entry->peer, {mode, seen_in});
}

void MainWindow::join(control::Mode mode) {
    if (const auto* entry = selected()) mediator_.join(entry->peer, {mode});
}

void MainWindow::disconnect() {
    const auto* entry = selected();
    if (!entry) return;
    if (const auto* session = model_.live_session_with(entry->peer)) model_.end_session(session->number);
}

void MainWindow::show_network_menu() {
    ui::popup_menu({{"Proxy settings…", [this] { mediator_.show_proxy(); }}, {"Test connection…", [this] { mediator_.show_check(); }}});
}

void MainWindow::show_menu(const std::string&) {
    const auto* entry = selected();
    if (!entry || entry->role == control::Role::operator_) return;
    const bool online = model_.logged_in();
    const bool live = model_.live_session_with(entry->peer) != nullptr;
    const bool helped = !live && !entry->session.empty();
    using control::Mode;
    std::vector<ui::MenuEntry> entries{{"Remote session", [this] { request(Mode::control); }, online && !live && !helped},
                                       {"View only", [this] { request(Mode::view); }, online && !live && !helped}};
    if (helped) {
        entries.push_back({"Join the session", [this] { join(Mode::control); }, online});
        entries.push_back({"Join the session, view only", [this] { join(Mode::view); }, online});
    }
    entries.push_back({"Open in another viewer", [this] { request(Mode::control, SeenIn::other_viewer); }, online && !live});
    const auto why_not = model_.why_no_pass();
    entries.push_back({"One-time pass for a VNC viewer…" + (why_not.empty() ? "" : " (" + why_not + ")"),
                       [this, peer = entry->peer] { mediator_.show_pass(peer); }, why_not.empty()});
    if (live) entries.push_back({"End session", [this] { disconnect(); }});
    ui::popup_menu(entries);
}

}  // namespace pronto::viewer
