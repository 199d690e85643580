#include "viewer/ui/start_page.hpp"

#include <array>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

struct Step {
    const char* icon;
    const char* title;
    const char* text;
};
constexpr std::array steps{
    Step{"log-in", "Log in", "With the name and password that the hub's administrator gave you."},
    Step{"ticket", "Make a ticket",
         "Send its text to the person in difficulty, or read the ticket out on the telephone."},
    Step{"life-buoy", "Wait for the guest", "They appear in the list under “Online guests and operators”."},
    Step{"monitor", "Ask for remote control",
         "The guest agrees, you see the screen. Afterwards you write the report."}};

}  // namespace

StartPage::StartPage(ui::Column& page, bool shown_at_start) {
    auto& row = page.grow<ui::Row>(1, 0);
    auto& card = row.grow<ui::Card>(1, px(10), px(28));
    card.fixed<ui::Label>(px(30), "Help somebody in four steps", ui::Label::Style::heading);
    card.space(px(6));
    for (const auto& step : steps) {
        auto& line = card.fixed<ui::Row>(px(34), px(12));
        line.fixed<ui::IconBox>(px(24), step.icon, 20, ui::colour::accent);
        line.fixed<ui::Label>(px(170), step.title, ui::Label::Style::bold);
        line.grow<ui::Label>(1, step.text);
    }
    card.space(px(10));
    buttons_ = &card.fixed<ui::Row>(ui::Button::height(), px(8));
    log_in_ = &buttons_->sized<ui::PrimaryButton>("Log in", "log-in");
    ticket_ = &buttons_->sized<ui::PrimaryButton>("Ticket", "ticket");
    movies_ = &buttons_->sized<ui::Button>("Movies", "film");
    buttons_->spring();
    card.spring();
    show_ = &card.fixed<ui::Checkbox>(px(24), "Show this page at the start");
    show_->value(shown_at_start ? 1 : 0);
    give_id(*log_in_, "start.log_in");
    give_id(*ticket_, "start.ticket");
    give_id(*movies_, "start.movies");
    give_id(*show_, "start.show");
}

void StartPage::set_logged_in(bool logged_in) {
    buttons_->set_shown(*log_in_, !logged_in);
    buttons_->set_shown(*ticket_, logged_in);
}

}  // namespace pronto::viewer
