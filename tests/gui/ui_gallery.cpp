// Shows every widget of rfb-ext/ui: run it to see what a change of the look does.
#include <FL/Fl.H>

#include <cstdio>
#include <exception>

#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/log_pane.hpp"
#include "rfb-ext/ui/menu.hpp"
#include "rfb-ext/ui/row_list.hpp"
#include "rfb-ext/ui/tabs.hpp"
#include "rfb-ext/ui/theme.hpp"

using namespace pronto::ui;

namespace {

class Bar : public Row {
public:
    Bar() : Row(px(4), px(8)) {
        box(FL_FLAT_BOX);
        color(colour::surface);
    }
};

void fill_toolbar(Row& bar) {
    give_id(bar.sized<PrimaryButton>("Connect", "monitor"), "connect");
    bar.sized<ToolButton>("View only", "eye").make_toggle();
    bar.sized<ToolButton>("Ticket", "ticket");
    auto& off = bar.sized<ToolButton>("Disabled", "lock");
    off.deactivate();
    bar.sized<DangerButton>("End session", "power");
    bar.sized<Button>("Plain");
    bar.spring();
    bar.fixed<TextField>(px(220), "Search");
}

void fill_tree(RowList& tree) {
    tree.set_rows({{"g1", "Guests", "", "folder", colour::muted, 0, true},
                   {"a", "NETCECK-210EB", "(Anna L.)", "life-buoy", colour::good, 1},
                   {"b", "ACCT-07", "(waiting for consent)", "life-buoy", colour::warning, 1},
                   {"g2", "Operators", "", "folder", colour::muted, 0, true},
                   {"c", "mkeller", "", "headset", colour::accent, 1},
                   {"g3", "Hosts", "", "folder", colour::muted, 0, true},
                   {"d", "PRINT-SRV with a name that is much too long for it", "", "server", colour::faint, 1}});
    tree.select("b");
    tree.on_menu([](const std::string&) {
        popup_menu({{"Remote session", {}}, {"View only", {}, true, true}, {"Disconnect this PC", {}, false}});
    });
}

void fill_form(Card& card, Countdown*& countdown) {
    card.fixed<Label>(px(26), "ACCT-07", Label::Style::heading);
    card.fixed<StatusDot>(px(20), "Connected", Lamp::good);
    give_id(card.fixed<TextField>(TextField::height(), "hub.example"), "field");
    give_id(card.fixed<SecretField>(TextField::height(), "Password"), "secret");
    card.fixed<Choice>(TextField::height(), std::vector<std::string>{"Printing", "Mail & calendar", "A/B"});
    card.fixed<Checkbox>(px(22), "Show this page at the start").value(1);
    auto& radios = card.fixed<Row>(px(22), px(16));
    radios.sized<RadioButton>("Solved").value(1);
    radios.sized<RadioButton>("Not solved");
    auto& area = card.grow<TextArea>(1);
    area.set_text(
        "Several lines of text that are wrapped where the field ends, and scroll.\nПривет, 你好, שלום\n\n\n\n\n\nend");
    card.fixed<ProgressBar>(px(6)).set(0.4);
    countdown = &card.fixed<Countdown>(px(20));
}

void fill_log(LogPane& log) {
    log.add("12:03:58", "Logged in as operator «mkeller»; hub hub.example:443");
    log.add("12:04:02", "RECEPTION-01 connected (TLS 1.3, certificate pinned)", Tone::good);
    log.add("12:04:11", "MUC-LAGER asks its user for consent (30 s)", Tone::warning);
    log.add("12:04:17",
            "PRINT-SRV lost: connection reset by peer; retry in 8 s. A line long enough to need a second row "
            "when the pane is narrow, as it may well be.",
            Tone::danger);
    log.add("12:04:22", "Invitation accepted by S. Åkesson – Привет, 你好, こんにちは");
}

void run() {
    start();
    Frame window(px(1180), px(740), "Gallery", 0, 0);
    give_id(window, "gallery");
    fill_toolbar(window.content().fixed<Bar>(px(50)));
    window.content().fixed<Hairline>(hairline());
    auto& tabs = window.content().grow<Tabs>(1, "tab:");
    auto& page = tabs.add_page("Online guests and operators");
    tabs.add_page("Getting started").fixed<Label>(px(24), "The other page");
    auto& row = page.grow<Row>(1, px(12));
    fill_tree(row.fixed<RowList>(px(310), "row:"));
    auto& right = row.grow<Column>(1, px(12));
    Countdown* countdown = nullptr;
    fill_form(right.grow<Card>(3, px(8)), countdown);
    auto& log = right.grow<LogPane>(1);
    window.content().fixed<Hairline>(hairline());
    auto& status = window.content().fixed<Row>(px(27), px(12), px(4));
    status.grow<StatusDot>(1, "Logged in", Lamp::good);
    window.content().arrange();
    fill_log(log);
    countdown->start(std::chrono::seconds(30));
    window.show();
    ask({"ask", "End the session?", "The guest's screen will no longer be shown. The report form follows.",
         "End session", "Cancel", true, "lusab-babad-gutih-tugad"},
        &window, [](bool) {});
    Fl::run();
}

}  // namespace

int main() {
    try {
        run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ui_gallery: %s\n", error.what());
        return 1;
    }
}
