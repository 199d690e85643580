#pragma once

#include <functional>

#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"

namespace pronto::viewer {

/// "Getting started": what to do first. Lives in the page it is given.
class StartPage {
public:
    StartPage(ui::Column& page, bool shown_at_start);
    void set_logged_in(bool logged_in);
    void on_log_in(std::function<void()> then) { log_in_->on_click(std::move(then)); }
    void on_ticket(std::function<void()> then) { ticket_->on_click(std::move(then)); }
    void on_movies(std::function<void()> then) { movies_->on_click(std::move(then)); }
    void on_show_at_start(std::function<void(bool)> then) { show_->on_change(std::move(then)); }

private:
    ui::Row* buttons_;
    ui::Button* log_in_;
    ui::Button* ticket_;
    ui::Button* movies_;
    ui::Checkbox* show_;
};

}  // namespace pronto::viewer
