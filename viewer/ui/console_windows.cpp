#include "viewer/ui/console_windows.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "viewer/ui/bridge_window.hpp"
#include "viewer/ui/host_password_dialog.hpp"
#include "viewer/ui/pass_window.hpp"
#include "viewer/ui/report_form.hpp"
#include "viewer/ui/ticket_window.hpp"
#include "viewer/ui/trust_question.hpp"

namespace pronto::viewer {

ConsoleWindows::ConsoleWindows(ConsoleModel& model, RemoteScreens& screens, MovieSource& movies, Mailbox& mailbox,
                               const Clock& clock, ConsoleOptions options)
    : model_(model),
      screens_(screens),
      mailbox_(mailbox),
      clock_(clock),
      options_(std::move(options)),
      main_(new MainWindow(model, *this)),
      network_(model, mailbox, options_),
      movies_(movies, clock) {
    if (options_.hub.empty()) options_.hub = model_.settings().hub;
    if (options_.user.empty()) options_.user = model_.settings().user;
    model_.add_listener(*this);
    main_->show();
}

ConsoleWindows::~ConsoleWindows() {
    Fl::remove_timeout(second_passed, this);
    model_.remove_listener(*this);
}

// ---- what the model says

void ConsoleWindows::connection_changed() {
    const auto& connection = model_.connection();
    main_->connection_changed();
    if (log_in_) log_in_->connection_changed(connection);
    if (ticket_) ticket_->connection_changed();
    if (!model_.logged_in()) pass_.reset(), host_password_.reset();
    movies_.set_logged_in(model_.logged_in() || model_.reconnecting());
    if (connection.state == Connection::State::untrusted)
        trust_.reset(new TrustQuestion(
            log_in_ && log_in_->shown() ? static_cast<Fl_Window*>(log_in_.get()) : main_.get(), model_, connection));
    else
        trust_.reset();
    network_.connection_changed(log_in_ && log_in_->shown() ? static_cast<Fl_Window*>(log_in_.get()) : main_.get());
    for (const auto& [number, window] : sessions_) window->pause_changed();
    count_seconds();
    const bool was_reconnecting = std::exchange(was_reconnecting_, model_.reconnecting());
    if (was_reconnecting && connection.state == Connection::State::not_logged_in && connection.error && !closed_) {
        const auto why = connection;  // the log-in is over: only a new one helps
        show_log_in();
        log_in_->connection_changed(why);
    }
}

void ConsoleWindows::count_seconds() {
    if (!model_.counts_seconds() || std::exchange(counting_, true)) return;
    Fl::add_timeout(1.0, second_passed, this);
}

void ConsoleWindows::second_passed(void* self) {
    auto& windows = *static_cast<ConsoleWindows*>(self);
    windows.counting_ = false;
    windows.model_.look_at_the_clock();
    windows.main_->second_passed();
    for (const auto& [number, window] : windows.sessions_) window->pause_changed();
    windows.count_seconds();
}

void ConsoleWindows::presence_changed() {
    main_->people_changed();
}

void ConsoleWindows::arrived(const control::Presence& entry) {
    main_->arrived(entry);
    if (ticket_) ticket_->arrived(entry);
}

void ConsoleWindows::logged(const LogLine& line) {
    main_->logged(line);
}

void ConsoleWindows::ticket_created(const CreatedTicket& ticket) {
    if (ticket_) ticket_->ticket_created(ticket);
}

void ConsoleWindows::ticket_refused(const control::Error& why) {
    if (ticket_) ticket_->ticket_refused(why);
}

void ConsoleWindows::pass_created(const CreatedPass& pass) {
    if (pass_ && pass_->peer() == pass.peer) pass_->pass_created(pass);
}

void ConsoleWindows::pass_refused(std::uint64_t peer, const control::Error& why) {
    if (!pass_ || pass_->peer() != peer) return;
    pass_->pass_refused(why);
    const auto* guest = model_.find_peer(peer);
    const bool wrong = why.code == control::Code::wrong_password;
    if (!guest || !pass_->shown() || !(wrong || why.code == control::Code::password_wanted)) return;
    ask_host_password(guest->name, wrong, [this, peer](const std::string& password) {
        if (pass_ && pass_->peer() == peer) pass_->ask_for_pass(password);
    });
}

void ConsoleWindows::session_changed(const Session& session) {
    main_->people_changed();
    count_seconds();
    if (session.failed_for_password()) {
        const SessionWish wish{session.mode, session.seen_in};
        const auto peer = session.peer;
        const auto name = session.guest_name;
        const bool wrong = session.problem == control::Code::wrong_password;
        close_session_window(session.number);
        return ask_host_password(name, wrong, [this, peer, wish](const std::string& password) {
            model_.request_session(peer, {wish.mode, wish.seen_in, password});
        });
    }
    if (session.seen_in == SeenIn::other_viewer) {
        bridged_session_changed(session);
    } else if (const auto window = sessions_.find(session.number); window != sessions_.end()) {
        window->second->session_changed(session);
    } else if (session.live()) {
        auto& fresh = sessions_[session.number];
        fresh.reset(new SessionWindow(session.number, model_, screens_, clock_, *this));
        fresh->show();
    } else {
        return;
    }
    if (!session.live() && session.wants_report()) open_report(session);
}

void ConsoleWindows::bridged_session_changed(const Session& session) {
    const auto number = session.number;
    if (const auto window = bridges_.find(number); window != bridges_.end())
        return window->second->session_changed(session);
    if (!session.live()) return;
    auto& fresh = bridges_[number];
    fresh.reset(new BridgeWindow(main_.get(), number, model_, mailbox_, [this, number] { close_session_window(number); }));
}

void ConsoleWindows::report_changed(const Report& report) {
    const auto form = reports_.find(report.content.assistance);
    if (form != reports_.end()) form->second->report_changed(report);
}

void ConsoleWindows::clipboard_received(const Session& session, const std::string& text) {
    const auto window = sessions_.find(session.number);
    if (window != sessions_.end()) window->second->clipboard_received(text);
}

// ---- what the operator does

void ConsoleWindows::show_log_in() {
    if (log_in_ && log_in_->shown()) return log_in_->show();
    const auto& settings = model_.settings();
    const bool given = !options_.trust.pins.empty();  // pins hold for the hub they were given with
    log_in_.reset(new LogInDialog(main_.get(), model_, *this, given || settings.hub.empty() ? options_.hub : settings.hub,
                                  settings.user.empty() ? options_.user : settings.user, options_.trust));
}

void ConsoleWindows::log_out() {
    if (!live_sessions()) return model_.log_out();
    main_->show();  // a question must not be behind a session's window
    ui::ask({"logout.ask", "Log out?", "Sessions are under way. They end when you log out.", "Log out", "Stay", true},
            main_.get(), [&model = model_](bool yes) {
                if (yes) model.log_out();
            });
}

void ConsoleWindows::show_ticket() {
    if (ticket_ && ticket_->shown()) return ticket_->show();
    ticket_.reset(new TicketWindow(main_.get(), model_));
}

void ConsoleWindows::show_movies() {
    movies_.show();
}

void ConsoleWindows::show_proxy() { network_.show_proxy(main_.get()); }

void ConsoleWindows::show_check() {
    const auto& connection = model_.connection();
    const bool there = model_.logged_in() || model_.reconnecting();
    network_.show_check(main_.get(), there ? tunnel::to_text(connection.hub) : model_.settings().hub.empty() ? options_.hub : model_.settings().hub);
}

void ConsoleWindows::show_proxy_over(Fl_Window* over) { network_.show_proxy(over); }

void ConsoleWindows::show_check_over(Fl_Window* over, const std::string& hub) { network_.show_check(over, hub); }

void ConsoleWindows::request(std::uint64_t peer, const SessionWish& wish) {
    if (const auto* live = model_.live_session_with(peer)) {
        if (const auto window = sessions_.find(live->number); window != sessions_.end()) window->second->show();
        if (const auto window = bridges_.find(live->number); window != bridges_.end()) window->second->show();
        return;
    }
    const auto* guest = model_.find_peer(peer);
    // Its window comes with session_changed().
    if (guest && !guest->session.empty() && wish.seen_in == SeenIn::other_viewer) return join(peer, wish);
    if (!guest || !guest->wants_password || !wish.password.empty()) return void(model_.request_session(peer, wish));
    ask_host_password(guest->name, false, [this, peer, wish](const std::string& password) {
        model_.request_session(peer, {wish.mode, wish.seen_in, password});
    });
}

void ConsoleWindows::join(std::uint64_t peer, const SessionWish& wish) { model_.join_session(peer, wish); }

void ConsoleWindows::show_pass(std::uint64_t peer) {
    const auto* guest = model_.find_peer(peer);
    if (!guest) return;
    const control::Presence entry = *guest;
    // Anew: the answer to an older request must not be taken for this guest's.
    pass_.reset(new PassWindow(main_.get(), model_, clock_, entry));
}

void ConsoleWindows::ask_host_password(const std::string& host, bool wrong,
                                       std::function<void(const std::string&)> given) {
    host_password_.reset(new HostPasswordDialog(main_.get(), host, wrong, std::move(given)));
}

void ConsoleWindows::ask_again(SessionNumber number) {
    const auto* session = model_.find_session(number);
    if (!session || session->live()) return;
    const auto peer = session->peer;
    const SessionWish wish{session->mode, session->seen_in};
    const bool joined = session->joined;
    close_session_window(number);
    joined ? join(peer, wish) : request(peer, wish);
}

void ConsoleWindows::close_session_window(SessionNumber number) {
    sessions_.erase(number);
    bridges_.erase(number);
    model_.forget_session(number);
}

bool ConsoleWindows::live_sessions() const {
    return std::any_of(model_.sessions().begin(), model_.sessions().end(),
                       [](const auto& entry) { return entry.second.live(); });
}

void ConsoleWindows::close_console() {
    if (!live_sessions() && put_off_.empty() && reports_.empty()) return close_now();
    main_->show();
    const auto* why = live_sessions() ? "Sessions are under way. They end when you close the console."
                                      : "There are reports still to be written.";
    ui::ask({"close.ask", "Close the console?", why, "Close", "Stay", true}, main_.get(), [this](bool yes) {
        if (yes) close_now();
    });
}

void ConsoleWindows::close_now() {
    model_.log_out();  // the windows let go of their screens
    closed_ = true;
    reports_.clear();
    sessions_.clear();
    bridges_.clear();
    pass_.reset();
    host_password_.reset();
    network_.close();
    ticket_.reset();
    movies_.close();
    log_in_.reset();
    main_->hide();
}

// ---- reports

void ConsoleWindows::write_report(SessionNumber number) {
    if (const auto* session = model_.find_session(number)) open_report(Session(*session));
}

void ConsoleWindows::show_next_report() {
    if (!put_off_.empty()) open_report(Session(put_off_.front()));
}

void ConsoleWindows::open_report(const Session& session) {
    if (closed_) return;
    const auto& assistance = session.assistance;
    std::erase_if(put_off_, [&](const Session& each) { return each.assistance == assistance; });
    tell_reports_waiting();
    if (const auto open = reports_.find(assistance); open != reports_.end()) return open->second->show();
    const auto window = sessions_.find(session.number);
    Fl_Window* over = window != sessions_.end() ? static_cast<Fl_Window*>(window->second.get()) : main_.get();
    reports_[assistance].reset(new ReportForm(over, model_, session, [this, session](bool saved) {
        const Session copy = session;  // closing destroys the form that holds this function
        if (!saved) put_off_.push_back(copy);
        report_closed(copy.assistance, saved);
    }));
}

void ConsoleWindows::report_closed(const std::string& assistance, bool saved) {
    reports_.erase(assistance);
    tell_reports_waiting();
    if (!saved) return;
    std::vector<SessionNumber> done;
    for (const auto& [number, session] : model_.sessions())
        if (!session.live() && session.assistance == assistance && (sessions_.contains(number) || bridges_.contains(number)))
            done.push_back(number);
    for (const auto number : done) close_session_window(number);
}

void ConsoleWindows::tell_reports_waiting() {
    std::vector<std::string> guests;
    for (const auto& session : put_off_) guests.push_back(session.guest_name);
    main_->reports_waiting(guests);
}

}  // namespace pronto::viewer
