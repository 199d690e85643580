#pragma once

#include <functional>
#include <string>

#include "agent/model/agent_model.hpp"
#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::agent {

/// One page of the window: as high as its text needs at the window's width.
class Page : public ui::Column {
public:
    Page();
    virtual void update(const AgentState& state) = 0;
    /// Where the keyboard goes when the page appears.
    virtual void focus() {}

protected:
    ui::Label& paragraph(ui::Label::Style style = ui::Label::Style::normal, const char* id = nullptr);
    ui::Label& heading(const std::string& text = {}, const char* id = nullptr);
    /// Changes a wrapped text and makes room for it; an empty one takes none.
    void say(ui::Label& label, const std::string& text);
    /// A row of buttons, from the right.
    ui::Row& buttons();
};

/// Ticket and hub; also while connecting. Ids agent.ticket, agent.hub, agent.connect, agent.notice.
class ConnectPage final : public Page {
public:
    ConnectPage(const std::string& hub, const std::string& ticket, std::function<void(std::string hub, std::string ticket)> connect,
                std::function<void()> cancel);
    void update(const AgentState& state) override;
    void focus() override;

private:
    void go();
    std::function<void(std::string, std::string)> connect_;
    std::function<void()> cancel_;
    ui::TextField* ticket_;
    ui::TextField* hub_;
    ui::Label* notice_;
    ui::Button* connect_button_;
    bool connecting_ = false;
};

/// The key of an unknown hub. Ids agent.trust, agent.distrust, agent.words, agent.fingerprint.
class TrustPage final : public Page {
public:
    TrustPage(std::function<void()> trust, std::function<void()> refuse);
    void update(const AgentState& state) override;
    void focus() override { refuse_->take_focus(); }

private:
    ui::Label* heading_;
    ui::Label* explanation_;
    ui::Label* words_;
    ui::Label* digits_;
    ui::Row* button_row_;
    ui::Button* refuse_;
    ui::Button* trust_;
};

/// Online, or coming back: waiting for an operator. Ids agent.connection, agent.name, agent.disconnect, agent.retry,
/// agent.notice.waiting.
class WaitingPage final : public Page {
public:
    /// `retry`: what the hub's absence needs now, a try or a password.
    WaitingPage(std::function<void()> disconnect, std::function<void()> retry);
    void update(const AgentState& state) override;

private:
    ui::StatusDot* connection_;
    ui::Label* heading_;
    ui::Row* button_row_;
    ui::Button* retry_;
    ui::Label* name_;
    ui::Label* notice_;
};

/// The consent question. Ids agent.question, agent.recording, agent.countdown, agent.refuse, agent.accept.
class QuestionPage final : public Page {
public:
    QuestionPage(const Clock& clock, std::function<void(bool)> answer);
    void update(const AgentState& state) override;
    /// No is what a hasty key press says.
    void focus() override { refuse_->take_focus(); }

private:
    const Clock& clock_;
    ui::Label* question_;
    ui::Label* permission_;
    ui::IconBox* camera_;
    ui::Label* recording_;
    ui::Row* recording_row_;
    ui::Countdown* countdown_;
    ui::Button* refuse_;
    SteadyTime deadline_{};
};

/// While somebody watches: who, since when, the red button, and the question whether one more may. Ids agent.sharing,
/// agent.elapsed, agent.end, agent.others, agent.hold, agent.hint; agent.join.question, agent.join.countdown, agent.join.refuse,
/// agent.join.accept.
class SharedPage final : public Page {
public:
    struct Calls {
        std::function<void()> end;
        std::function<void(bool)> pause;
        std::function<void(int leg, bool granted)> answer_join;
    };
    SharedPage(const Clock& clock, Calls calls);
    void update(const AgentState& state) override;

private:
    void add_join_question();
    void update_join(const std::optional<JoinQuestion>& joining);

    const Clock& clock_;
    const Calls calls_;
    ui::IconBox* eye_;
    ui::Label* who_;
    ui::StatusDot* detail_;
    ui::Label* hold_;
    ui::Row* pausing_;
    ui::Button* pause_;
    bool paused_ = false;  ///< the recording, by whoever sits here
    ui::Label* hint_;
    ui::Label* others_;
    ui::Label* join_question_;
    ui::Countdown* join_countdown_;
    ui::Row* join_row_;
    ui::Button* join_refuse_;
    int join_leg_ = 0;  ///< whose question stands there; 0: none
    SteadyTime join_deadline_{};
};

/// The width of the window and of the text in it, pixels.
int window_width();
int text_width();

}  // namespace pronto::agent
