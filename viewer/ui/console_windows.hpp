#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "viewer/model/console_model.hpp"
#include "viewer/ui/console.hpp"
#include "viewer/ui/log_in_dialog.hpp"
#include "viewer/ui/main_window.hpp"
#include "viewer/ui/movie_players.hpp"
#include "viewer/ui/network_windows.hpp"
#include "viewer/ui/session_window.hpp"
#include "viewer/ui/window_ptr.hpp"

namespace pronto::viewer {

class BridgeWindow;
class HostPasswordDialog;
class PassWindow;
class ReportForm;
class TicketWindow;
class TrustQuestion;

/// All windows of the console: opens and closes them, and passes on to each what the model says.
class ConsoleWindows final : private ConsoleListener, private MainWindow::Mediator, private SessionWindow::Mediator,
                             private LogInDialog::Mediator {
public:
    ConsoleWindows(ConsoleModel& model, RemoteScreens& screens, MovieSource& movies, Mailbox& mailbox,
                   const Clock& clock, ConsoleOptions options);
    ~ConsoleWindows();
    bool closed() const { return closed_; }

private:
    // ConsoleListener
    void connection_changed() override;
    void presence_changed() override;
    void arrived(const control::Presence& entry) override;
    void logged(const LogLine& line) override;
    void ticket_created(const CreatedTicket& ticket) override;
    void ticket_refused(const control::Error& why) override;
    void pass_created(const CreatedPass& pass) override;
    void pass_refused(std::uint64_t peer, const control::Error& why) override;
    void session_changed(const Session& session) override;
    void report_changed(const Report& report) override;
    void clipboard_received(const Session& session, const std::string& text) override;
    // MainWindow::Mediator
    void show_log_in() override;
    void log_out() override;
    void show_ticket() override;
    void show_movies() override;
    void show_proxy() override;
    void show_check() override;
    void request(std::uint64_t peer, const SessionWish& wish) override;
    void join(std::uint64_t peer, const SessionWish& wish) override;
    void show_pass(std::uint64_t peer) override;
    void show_next_report() override;
    void close_console() override;
    // LogInDialog::Mediator
    void show_proxy_over(Fl_Window* over) override;
    void show_check_over(Fl_Window* over, const std::string& hub) override;
    // SessionWindow::Mediator
    void write_report(SessionNumber session) override;
    void ask_again(SessionNumber session) override;
    void close_session_window(SessionNumber session) override;

    /// While there is something that changes with the time alone.
    void count_seconds();
    static void second_passed(void* self);
    void bridged_session_changed(const Session& session);
    /// Asks for a VNC server's own password; `wrong`: another was given.
    void ask_host_password(const std::string& host, bool wrong, std::function<void(const std::string&)> given);
    void open_report(const Session& session);
    void report_closed(const std::string& assistance, bool saved);
    void tell_reports_waiting();
    bool live_sessions() const;
    void close_now();

    ConsoleModel& model_;
    RemoteScreens& screens_;
    Mailbox& mailbox_;
    const Clock& clock_;
    ConsoleOptions options_;
    WindowPtr<MainWindow> main_;
    WindowPtr<LogInDialog> log_in_;
    WindowPtr<TrustQuestion> trust_;
    WindowPtr<TicketWindow> ticket_;
    WindowPtr<PassWindow> pass_;
    WindowPtr<HostPasswordDialog> host_password_;
    NetworkWindows network_;
    MoviePlayers movies_;
    std::map<SessionNumber, WindowPtr<SessionWindow>> sessions_;
    std::map<SessionNumber, WindowPtr<BridgeWindow>> bridges_;
    std::map<std::string, WindowPtr<ReportForm>> reports_;  ///< by assistance
    std::vector<Session> put_off_;                          ///< whose reports were left for later
    bool closed_ = false;
    bool counting_ = false;  ///< second_passed() will be called
    bool was_reconnecting_ = false;
};

}  // namespace pronto::viewer
