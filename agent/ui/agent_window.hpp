#pragma once

#include <array>
#include <memory>
#include <string>

#include "agent/model/agent_model.hpp"
#include "agent/model/settings.hpp"
#include "rfb-ext/ui/dialog.hpp"

namespace pronto::ui {
class ProxyLoginDialog;
}

namespace pronto::agent {

class Page;
class ConnectPage;
class TrustPage;
class WaitingPage;
class QuestionPage;
class SharedPage;

/// The guest's one window: a page for each phase, as large as that page. Knows the model only through its state and commands.
class AgentWindow final : public ui::Frame {
public:
    AgentWindow(AgentModel& model, const Settings& settings, const Clock& clock);
    ~AgentWindow() override;

    void update(const AgentState& state);
    /// What the connect button does.
    void connect(const std::string& hub, const std::string& ticket);
    /// Ends the session and closes the window.
    void leave();

protected:
    void draw() override;

private:
    std::array<Page*, 5> pages();
    Page* page_for(Phase phase);
    void turn_to(Page* page);
    void fit();
    /// A question must be seen; a shared screen's bar must not be covered, and not stand in the way either.
    void arrive(Phase phase);
    void ask_for_proxy_login();
    /// A place's time does something, too, and on two pages seconds are counted.
    void set_tick(const AgentState& state);
    static void tick(void* self);

    AgentModel& model_;
    const Settings& settings_;
    const Clock& clock_;
    ConnectPage* connect_ = nullptr;
    TrustPage* trust_ = nullptr;
    WaitingPage* waiting_ = nullptr;
    QuestionPage* question_ = nullptr;
    SharedPage* shared_ = nullptr;
    Page* current_ = nullptr;
    bool was_sharing_ = false;
    int joining_ = 0;  ///< the leg that wants to join, as last told; 0: none
    bool proxy_asked_ = false;  ///< for what the state says now
    std::string proxy_user_;    ///< given last, at the start or here
    std::unique_ptr<ui::ProxyLoginDialog> proxy_dialog_;
    Point home_;
};

}  // namespace pronto::agent
