#pragma once

#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

/// The hub showed a key that nobody vouches for. First contact: shows it in words and hex and asks. Another key than
/// the pinned one: explains, and offers nothing (docs: the old key must be removed deliberately).
class TrustQuestion : public ui::Dialog {
public:
    TrustQuestion(Fl_Window* over, ConsoleModel& model, const Connection& connection);

private:
    // Both return the button that changes nothing.
    Fl_Widget& ask_first_contact(const Connection& connection);
    Fl_Widget& explain_mismatch(const Connection& connection);
    void show_key(const char* title, const tunnel::Pin& key);
    void refuse();
    ConsoleModel& model_;
};

/// A fingerprint as people compare it: hex in groups of four, eight groups a line.
std::string hex_in_groups(const Sha256& fingerprint);

}  // namespace pronto::viewer
