#pragma once

#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

/// Hub, user, password. Stays open until the model is logged in, and says why it is not.
class LogInDialog : public ui::Dialog {
public:
    /// What else can be opened from here.
    class Mediator {
    public:
        virtual void show_proxy_over(Fl_Window* over) = 0;
        /// `hub` as it is typed.
        virtual void show_check_over(Fl_Window* over, const std::string& hub) = 0;

    protected:
        ~Mediator() = default;
    };

    /// `trust` holds for the hub `hub` only.
    LogInDialog(Fl_Window* over, ConsoleModel& model, Mediator& mediator, std::string hub, const std::string& user,
                tunnel::Trust trust);
    void connection_changed(const Connection& connection);

private:
    void try_it();
    void say(const std::string& problem);

    ConsoleModel& model_;
    Mediator& mediator_;
    std::string trusted_hub_;
    tunnel::Trust trust_;
    ui::TextField* hub_;
    ui::TextField* user_;
    ui::SecretField* password_;
    ui::Label* problem_;
    ui::Button* ok_;
    bool was_untrusted_ = false;
};

}  // namespace pronto::viewer
