#include "viewer/ui/trust_question.hpp"

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/words.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

TrustQuestion::TrustQuestion(Fl_Window* over, ConsoleModel& model, const Connection& connection)
    : Dialog(px(520), connection.pin_mismatch ? "This is not the hub you know" : "Do you know this hub?", over),
      model_(model) {
    give_id(*this, "trust");
    on_close([this] { refuse(); });
    Fl_Widget& safe = connection.pin_mismatch ? explain_mismatch(connection) : ask_first_contact(connection);
    open();
    safe.take_focus();
}

Fl_Widget& TrustQuestion::ask_first_contact(const Connection& connection) {
    paragraph(
        fmt::format("You have not been at {} with this console before, and no authority vouches for it. Compare its "
                    "fingerprint with the one its administrator gives you, by another way than this connection.",
                    tunnel::to_text(connection.hub)));
    show_key("Its fingerprint", *connection.presented);
    auto& no = buttons().sized<ui::Button>("Do not log in");
    give_id(no, "trust.no");
    no.on_click([this] { refuse(); });
    auto& yes = buttons().sized<ui::PrimaryButton>("It is the same: trust and log in", "shield-check");
    give_id(yes, "trust.yes");
    yes.on_click([this] {
        hide();
        model_.trust_and_remember();
    });
    return no;
}

Fl_Widget& TrustQuestion::explain_mismatch(const Connection& connection) {
    paragraph(fmt::format(
                  "{} shows another key than the one you trust. Somebody may be in between, reading along; or the hub "
                  "was set up anew. You are not logged in, and your password was not sent.",
                  tunnel::to_text(connection.hub)),
              ui::Label::Style::danger);
    for (const auto& known : model_.settings().pins_of(connection.hub)) show_key("The key you trust", known);
    show_key("The key it shows now", *connection.presented);
    paragraph(
        "Ask the hub's administrator. Only if the new key is confirmed, remove the old one from the console's settings "
        "file and log in again.");
    auto& close = buttons().sized<ui::PrimaryButton>("Close");
    give_id(close, "trust.no");
    close.on_click([this] { refuse(); });
    return close;
}

void TrustQuestion::show_key(const char* title, const tunnel::Pin& key) {
    body().fixed<ui::Label>(px(20), title, ui::Label::Style::bold);
    auto& words = paragraph(pronto::in_words(key), ui::Label::Style::mono);
    give_id(words, "trust.words");
    auto& hex = paragraph(hex_in_groups(key), ui::Label::Style::mono);
    give_id(hex, "trust.hex");
}

void TrustQuestion::refuse() {
    hide();
    model_.log_out();
}

std::string hex_in_groups(const Sha256& fingerprint) {
    std::string out;
    const auto digits = hex(fingerprint);
    for (std::size_t i = 0; i < digits.size(); i += 4) {
        if (i > 0) out += i % 32 == 0 ? '\n' : ' ';
        out += digits.substr(i, 4);
    }
    return out;
}

}  // namespace pronto::viewer
