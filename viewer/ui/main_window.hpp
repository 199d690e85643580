#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/log_pane.hpp"
#include "rfb-ext/ui/row_list.hpp"
#include "rfb-ext/ui/tabs.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/ui/people.hpp"

namespace pronto::viewer {

class DetailsCard;
class StartPage;

/// Toolbar, who is online, what is known about the one selected, log and status bar.
class MainWindow : public ui::Frame {
public:
    /// What opens or closes other windows.
    class Mediator {
    public:
        virtual void show_log_in() = 0;
        virtual void log_out() = 0;
        virtual void show_ticket() = 0;
        virtual void show_movies() = 0;
        virtual void show_proxy() = 0;
        virtual void show_check() = 0;
        virtual void request(std::uint64_t peer, const SessionWish& wish) = 0;
        virtual void join(std::uint64_t peer, const SessionWish& wish) = 0;
        virtual void show_pass(std::uint64_t peer) = 0;
        /// The oldest report that was put off.
        virtual void show_next_report() = 0;
        virtual void close_console() = 0;

    protected:
        ~Mediator() = default;
    };

    MainWindow(ConsoleModel& model, Mediator& mediator);
    ~MainWindow() override;

    void connection_changed();
    /// The time until the next try has changed.
    void second_passed();
    void people_changed();
    void logged(const LogLine& line);
    void arrived(const control::Presence& entry);
    /// Whose reports are still to be written.
    void reports_waiting(const std::vector<std::string>& guests);

private:
    class Toolbar;
    void build();
    void build_people(ui::Column& page);
    void connect_buttons();
    void update_buttons();
    void update_details();
    void update_status();
    void show_menu(const std::string& key);
    void show_network_menu();
    void request(control::Mode mode, SeenIn seen_in = SeenIn::window);
    void join(control::Mode mode);
    void disconnect();
    /// Whoever is selected in the tree.
    const control::Presence* selected() const;

    ConsoleModel& model_;
    Mediator& mediator_;
    People people_;
    Toolbar* toolbar_ = nullptr;
    ui::Row* reports_ = nullptr;
    ui::Label* reports_text_ = nullptr;
    ui::Tabs* tabs_ = nullptr;
    std::unique_ptr<StartPage> start_;
    ui::Label* counts_ = nullptr;
    ui::RowList* tree_ = nullptr;
    DetailsCard* details_ = nullptr;
    ui::LogPane* log_ = nullptr;
    ui::StatusDot* status_ = nullptr;
    ui::Label* user_ = nullptr;
    ui::Button* try_now_ = nullptr;
    bool was_in_ = false;  ///< logged in, or on the way back to it
};

}  // namespace pronto::viewer
