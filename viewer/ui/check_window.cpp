#include "viewer/ui/check_window.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include <stdexcept>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

constexpr int width = 620;

/// What stands beside the step's name.
std::string said_by(const tunnel::CheckStep& step) {
    auto text = finding(step);
    if (!step.remedy.empty()) text += (text.empty() ? "" : "\n") + step.remedy;
    return text;
}

}  // namespace

CheckWindow::CheckWindow(Fl_Window* over, Mailbox& mailbox, const std::string& hub, OrderFor order_for)
    : Dialog(px(width), "Test connection", over), mailbox_(mailbox), order_for_(std::move(order_for)) {
    give_id(*this, "check");
    build();
    hub_->set_text(hub);
    open();
    if (hub.empty())
        hub_->take_focus();
    else
        begin();
}

CheckWindow::~CheckWindow() = default;

void CheckWindow::build() {
    body().fixed<ui::Label>(px(18), "Hub", ui::Label::Style::caption);
    hub_ = &body().fixed<ui::TextField>(ui::TextField::height(), "Its name or address");
    give_id(*hub_, "check.hub");
    hub_->on_enter([this] { begin(); });
    lines_ = &body().fixed<ui::Column>(0, px(4));
    end_ = &paragraph("", ui::Label::Style::bold);
    give_id(*end_, "check.end");
    copy_ = &buttons().sized<ui::Button>("Copy as text", "copy");
    give_id(*copy_, "check.copy");
    copy_->on_click([this] { copy(); });
    auto& close = buttons().sized<ui::Button>("Close");
    give_id(close, "check.close");
    close.on_click([this] { dismiss(); });
    test_ = &buttons().sized<ui::PrimaryButton>("Test", "refresh-cw");
    give_id(*test_, "check.test");
    test_->on_click([this] { begin(); });
    on_close([this] { dismiss(); });
}

void CheckWindow::stop() {
    check_.reset();
    run_.reset();  // letters that are under way
}

void CheckWindow::dismiss() {
    stop();
    hide();
}

void CheckWindow::forget_lines() {
    lines_->empty();
    lines_height_ = 0;
    steps_ = 0;
    text_.clear();
    body().set_extent(*lines_, 0);
}

void CheckWindow::begin() {
    stop();
    forget_lines();
    try {
        const auto hub = tunnel::parse_hub_address(hub_->text());
        text_ = fmt::format("Test of the connection to {}\n", tunnel::to_text(hub));
        run_ = std::make_shared<int>();
        const auto mail = [this, run = std::weak_ptr(run_)](auto what) {
            mailbox_.post([run, what = std::move(what)] {
                if (!run.expired()) what();
            });
        };
        tunnel::Check::Events events;
        events.step = [this, mail](const tunnel::CheckStep& step) { mail([this, step] { add(step); }); };
        events.done = [this, mail](const tunnel::CheckReport& report) { mail([this, report] { finish(report); }); };
        set_paragraph(*end_, "Testing…");
        end_->set_style(ui::Label::Style::bold);
        test_->deactivate();
        copy_->deactivate();
        fit();
        check_ = std::make_unique<tunnel::Check>(order_for_(hub), std::move(events));
    } catch (const std::runtime_error& problem) {
        end_->set_style(ui::Label::Style::danger);
        set_paragraph(*end_, in_words({control::Code::bad_request, problem.what(), {}}));
        test_->activate();
        fit();
    }
}

void CheckWindow::add(const tunnel::CheckStep& step) {
    text_ += in_words(step) + '\n';
    auto& row = lines_->fixed<ui::Row>(px(20), px(10));
    // Both beside the first line of what may be several.
    row.fixed<ui::Column>(px(18), 0).fixed<ui::IconBox>(px(18), step.done ? "check" : "x", 16,
                                                        step.done ? ui::colour::good : ui::colour::danger);
    row.fixed<ui::Column>(px(120), 0).fixed<ui::Label>(px(18), std::string(title(step.kind)), ui::Label::Style::bold);
    auto& said = row.grow<ui::Label>(1, said_by(step), step.done ? ui::Label::Style::normal : ui::Label::Style::danger);
    said.make_wrapped();
    give_id(said, fmt::format("check.step:{}:{}", ++steps_, name(step.kind)));
    const int height = std::max(px(20), said.wish_height(lines_->w() - px(168)) + px(2));
    lines_->set_extent(row, height);
    lines_height_ += height + px(4);
    body().set_extent(*lines_, lines_height_);
    fit();
}

void CheckWindow::finish(const tunnel::CheckReport& report) {
    text_ += conclusion(report) + '\n';
    end_->set_style(report.ok() ? ui::Label::Style::good : ui::Label::Style::danger);
    set_paragraph(*end_, conclusion(report));
    test_->activate();
    copy_->activate();
    fit();
}

void CheckWindow::copy() const {
    Fl::copy(text_.data(), static_cast<int>(text_.size()), 1);
}

}  // namespace pronto::viewer
