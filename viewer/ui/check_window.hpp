#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/tunnel/check.hpp"
#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::viewer {

/// Tests the connection to a hub and shows each step as it ends; the whole can be copied as text.
class CheckWindow : public ui::Dialog {
public:
    /// What a test of this hub takes: its pins, the proxy.
    using OrderFor = std::function<tunnel::CheckOrder(const tunnel::HubAddress&)>;
    /// Begins at once if `hub` is not empty.
    CheckWindow(Fl_Window* over, Mailbox& mailbox, const std::string& hub, OrderFor order_for);
    ~CheckWindow() override;

private:
    void build();
    void begin();
    /// Breaks the test off; nothing is heard of it any more.
    void stop();
    void dismiss();
    void add(const tunnel::CheckStep& step);
    void finish(const tunnel::CheckReport& report);
    void forget_lines();
    void copy() const;

    Mailbox& mailbox_;
    OrderFor order_for_;
    ui::TextField* hub_ = nullptr;
    ui::Column* lines_ = nullptr;
    ui::Label* end_ = nullptr;
    ui::Button* copy_ = nullptr;
    ui::PrimaryButton* test_ = nullptr;
    std::string text_;  ///< what is copied
    int steps_ = 0;
    int lines_height_ = 0;
    std::shared_ptr<int> run_;  ///< letters of an older test find out by it
    std::unique_ptr<tunnel::Check> check_;
};

}  // namespace pronto::viewer
