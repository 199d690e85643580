#include "agent/ui/pages.hpp"

#include "agent/ui/words.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::agent {

using ui::Label;
using ui::px;

int window_width() { return px(420); }
int text_width() { return window_width() - 2 * px(20); }

Page::Page() : Column(px(8), px(20)) {
    box(FL_FLAT_BOX);
    color(ui::colour::surface);
}

Label& Page::paragraph(Label::Style style, const char* id) {
    auto& label = fixed<Label>(0, "", style);
    label.make_wrapped();
    label.hide();
    if (id) ui::give_id(label, id);
    return label;
}

Label& Page::heading(const std::string& text, const char* id) {
    auto& label = paragraph(Label::Style::heading, id);
    say(label, text);
    return label;
}

void Page::say(Label& label, const std::string& text) {
    if (text == label.text()) return;  // a page is told its state four times a second
    label.set_text(text);
    set_shown(label, !text.empty());
    set_extent(label, text.empty() ? 0 : label.wish_height(text_width()));
}

ui::Row& Page::buttons() {
    space(px(4));
    auto& row = fixed<ui::Row>(ui::Button::height(), px(8));
    row.spring();
    return row;
}

ConnectPage::ConnectPage(const std::string& hub, const std::string& ticket, std::function<void(std::string, std::string)> connect,
                         std::function<void()> cancel)
    : connect_(std::move(connect)), cancel_(std::move(cancel)) {
    auto& top = fixed<ui::Row>(px(26), px(10));
    top.fixed<ui::IconBox>(px(24), "life-buoy", 22, ui::colour::accent);
    top.grow<Label>(1, "Get help", Label::Style::heading);
    say(paragraph(Label::Style::caption), "Type the ticket that your technician gave you. Nobody sees your screen before you agree.");
    fixed<Label>(px(18), "Ticket", Label::Style::caption);
    ticket_ = &fixed<ui::TextField>(px(48), "1-E75B1");
    ticket_->make_large();
    ui::give_id(*ticket_, "agent.ticket");
    fixed<Label>(px(18), "Hub (the address your technician gave you)", Label::Style::caption);
    hub_ = &fixed<ui::TextField>(ui::TextField::height(), "support.example.org");
    ui::give_id(*hub_, "agent.hub");
    ticket_->set_text(ticket);
    hub_->set_text(hub);
    notice_ = &paragraph(Label::Style::danger, "agent.notice");
    connect_button_ = &buttons().sized<ui::PrimaryButton>("Connect", "life-buoy");
    ui::give_id(*connect_button_, "agent.connect");
    connect_button_->on_click([this] { go(); });
    ticket_->on_enter([this] { go(); });
    hub_->on_enter([this] { go(); });
}

void ConnectPage::go() { connecting_ ? cancel_() : connect_(hub_->text(), ticket_->text()); }

void ConnectPage::update(const AgentState& state) {
    connecting_ = state.phase == Phase::connecting;
    connecting_ ? ticket_->deactivate() : ticket_->activate();
    connecting_ ? hub_->deactivate() : hub_->activate();
    connect_button_->set_text(connecting_ ? "Cancel" : "Connect");
    connect_button_->set_icon(connecting_ ? "x" : "life-buoy");
    const bool told = state.notice && !connecting_;
    notice_->set_style(told && state.notice->problem ? Label::Style::danger : Label::Style::caption);
    const auto doing = (state.resuming ? "Coming back as " + state.name + ": connecting to " : "Connecting to ") + tunnel::to_text(state.hub) + "…";
    say(*notice_, connecting_ ? sentences({doing, words::away(state)}) : told ? words::notice(*state.notice) : "");
}

void ConnectPage::focus() {
    if (!connecting_) (hub_->text().empty() && !ticket_->text().empty() ? hub_ : ticket_)->take_focus();
}

TrustPage::TrustPage(std::function<void()> trust, std::function<void()> refuse) {
    heading_ = &heading("Do you know this hub?");
    explanation_ = &paragraph();
    fixed<Label>(px(18), "Its key in words", Label::Style::caption);
    words_ = &paragraph(Label::Style::bold, "agent.words");
    fixed<Label>(px(18), "and in digits (SHA-256)", Label::Style::caption);
    digits_ = &paragraph(Label::Style::mono, "agent.fingerprint");
    digits_->set_size(ui::small_size);
    auto& row = buttons();
    button_row_ = &row;
    refuse_ = &row.sized<ui::Button>("Do not connect");
    ui::give_id(*refuse_, "agent.distrust");
    refuse_->on_click(std::move(refuse));
    trust_ = &row.sized<ui::PrimaryButton>("The keys are the same", "shield-check");
    ui::give_id(*trust_, "agent.trust");
    trust_->on_click(std::move(trust));
}

void TrustPage::update(const AgentState& state) {
    if (!state.untrusted) return;
    const auto& hub = *state.untrusted;
    say(*heading_, hub.mismatch ? "This is not the hub it should be" : "Do you know this hub?");
    explanation_->set_style(hub.mismatch ? Label::Style::danger : Label::Style::normal);
    say(*explanation_, hub.mismatch && state.notice
                           ? words::notice(*state.notice)
                           : "This computer was never connected to " + tunnel::to_text(state.hub) +
                                 ". Let your technician read out the key of their hub, on the telephone for instance, and "
                                 "compare. You are asked only once.");
    say(*words_, hub.words);
    say(*digits_, words::fingerprint(hub));
    button_row_->set_shown(*trust_, !hub.mismatch);
    refuse_->set_text(hub.mismatch ? "Close" : "Do not connect");
}

WaitingPage::WaitingPage(std::function<void()> disconnect, std::function<void()> retry) {
    auto& top = fixed<ui::Row>(px(24), px(8));
    connection_ = &top.grow<ui::StatusDot>(1, "", ui::Lamp::good);
    ui::give_id(*connection_, "agent.connection");
    heading_ = &heading();
    name_ = &paragraph(Label::Style::normal, "agent.name");
    notice_ = &paragraph(Label::Style::caption, "agent.notice.waiting");
    button_row_ = &buttons();
    retry_ = &button_row_->sized<ui::Button>("Try now", "refresh-cw");
    ui::give_id(*retry_, "agent.retry");
    retry_->on_click(std::move(retry));
    auto& leave = button_row_->sized<ui::Button>("Disconnect", "unplug");
    ui::give_id(leave, "agent.disconnect");
    leave.on_click(std::move(disconnect));
}

void WaitingPage::update(const AgentState& state) {
    const bool away = state.away.has_value();
    connection_->set(away ? ui::Lamp::warning : ui::Lamp::good, away ? "Not connected, trying again" : "Connected");
    say(*heading_, away ? "The connection was lost" : "Waiting for your technician");
    say(*name_, away ? "It comes back by itself, and your technician then sees this computer again as " + state.name + "."
                     : "They see this computer as " + state.name + ". When they want to see your screen, you are asked here.");
    const bool problem = state.notice && state.notice->problem;
    notice_->set_style(problem && !away ? Label::Style::danger : Label::Style::caption);
    say(*notice_, sentences({state.notice ? words::notice(*state.notice) : "", words::away(state)}));
    button_row_->set_shown(*retry_, away);
    retry_->set_text(state.proxy_wants_login ? "Proxy password…" : "Try now");
}

QuestionPage::QuestionPage(const Clock& clock, std::function<void(bool)> answer) : clock_(clock) {
    question_ = &heading({}, "agent.question");
    permission_ = &paragraph();
    recording_row_ = &fixed<ui::Row>(px(24), px(8));
    camera_ = &recording_row_->fixed<ui::IconBox>(px(18), "video", 16, ui::colour::danger);
    recording_ = &recording_row_->grow<Label>(1, "", Label::Style::bold);
    recording_->make_wrapped();
    ui::give_id(*recording_, "agent.recording");
    countdown_ = &fixed<ui::Countdown>(px(22));
    ui::give_id(*countdown_, "agent.countdown");
    say(paragraph(Label::Style::caption), "No answer means no.");
    auto& row = buttons();
    refuse_ = &row.sized<ui::Button>("Refuse", "x");
    ui::give_id(*refuse_, "agent.refuse");
    refuse_->on_click([answer] { answer(false); });
    auto& accept = row.sized<ui::PrimaryButton>("Accept", "check");
    ui::give_id(accept, "agent.accept");
    accept.on_click([answer] { answer(true); });
}

void QuestionPage::update(const AgentState& state) {
    if (state.phase != Phase::asked) {
        countdown_->stop();
        deadline_ = {};
        return;
    }
    if (state.deadline == deadline_) return;
    deadline_ = state.deadline;
    say(*question_, words::question(state));
    say(*permission_, words::permission(state));
    recording_->set_text(words::recording(state));
    camera_->set(state.recorded ? "video" : "info", state.recorded ? ui::colour::danger : ui::colour::muted);
    set_extent(*recording_row_, std::max(px(20), recording_->wish_height(text_width() - px(26))));
    countdown_->start(std::chrono::duration_cast<Millis>(deadline_ - clock_.now()));
}

SharedPage::SharedPage(const Clock& clock, Calls calls) : clock_(clock), calls_(std::move(calls)) {
    auto& row = fixed<ui::Row>(px(42), px(12));
    eye_ = &row.fixed<ui::IconBox>(px(24), "eye", 22, ui::colour::danger);
    auto& text = row.grow<ui::Column>(1, 0);
    who_ = &text.fixed<Label>(px(21), "", Label::Style::bold);
    ui::give_id(*who_, "agent.sharing");
    detail_ = &text.fixed<ui::StatusDot>(px(21));
    ui::give_id(*detail_, "agent.elapsed");
    auto& button = row.sized<ui::DangerButton>("End session", "circle-stop");
    ui::give_id(button, "agent.end");
    button.on_click(calls_.end);
    hold_ = &paragraph(Label::Style::normal, "agent.hold");
    others_ = &paragraph(Label::Style::normal, "agent.others");
    pausing_ = &fixed<ui::Row>(ui::Button::height(), px(8));
    pause_ = &pausing_->sized<ui::Button>("Pause recording", "pause");
    ui::give_id(*pause_, "agent.pause");
    pause_->on_click([this] { calls_.pause(!paused_); });
    pausing_->spring();
    add_join_question();
    hint_ = &paragraph(Label::Style::caption, "agent.hint");
}

void SharedPage::add_join_question() {
    join_question_ = &paragraph(Label::Style::bold, "agent.join.question");
    join_countdown_ = &fixed<ui::Countdown>(px(22));
    ui::give_id(*join_countdown_, "agent.join.countdown");
    join_row_ = &fixed<ui::Row>(ui::Button::height(), px(8));
    join_row_->spring();
    join_refuse_ = &join_row_->sized<ui::Button>("Refuse", "x");
    ui::give_id(*join_refuse_, "agent.join.refuse");
    join_refuse_->on_click([this] { calls_.answer_join(join_leg_, false); });
    auto& accept = join_row_->sized<ui::PrimaryButton>("Accept", "check");
    ui::give_id(accept, "agent.join.accept");
    accept.on_click([this] { calls_.answer_join(join_leg_, true); });
}

void SharedPage::update_join(const std::optional<JoinQuestion>& joining) {
    set_shown(*join_countdown_, joining.has_value());
    set_shown(*join_row_, joining.has_value());
    say(*join_question_, joining ? words::question(*joining) : "");
    const auto deadline = joining ? joining->deadline : SteadyTime{};
    const bool same = deadline == join_deadline_ && (joining ? joining->leg : 0) == join_leg_;
    if (same) return;
    join_leg_ = joining ? joining->leg : 0;
    join_deadline_ = deadline;
    if (!joining) return join_countdown_->stop();
    join_countdown_->start(std::chrono::duration_cast<Millis>(deadline - clock_.now()));
    join_refuse_->take_focus();  // a hasty key press neither accepts nor ends the session
}

void SharedPage::update(const AgentState& state) {
    who_->set_text(words::sharing(state));
    const auto time = state.phase == Phase::shared ? words::elapsed(state.since, clock_.unix_now()) : std::string("…");
    eye_->set(state.hold ? "unplug" : "eye", state.hold ? ui::colour::warning : ui::colour::danger);
    say(*hold_, words::holding(state));
    say(*others_, words::sharing_too(state));
    update_join(state.phase == Phase::shared ? state.joining : std::nullopt);
    say(*hint_, state.hint);
    paused_ = state.paused_by == control::Party::guest;
    const bool recording = state.recorded && state.paused_by == control::Party::nobody;
    if (state.hold) detail_->set(ui::Lamp::warning, "Waiting · " + words::time_left(*state.hold, clock_.now()));
    else detail_->set(recording ? ui::Lamp::danger : ui::Lamp::off, words::recording_now(state) + " · " + time);
    set_shown(*pausing_, state.phase == Phase::shared && state.may_pause && !state.hold);
    pause_->set_text(paused_ ? "Go on recording" : "Pause recording");
    pause_->set_icon(paused_ ? "video" : "pause");
}

}  // namespace pronto::agent
