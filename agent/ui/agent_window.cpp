#include "agent/ui/agent_window.hpp"

#include <FL/Fl.H>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "agent/model/proxy_login.hpp"
#include "agent/ui/attention.hpp"
#include "agent/ui/pages.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/proxy_login_dialog.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::agent {
namespace {

constexpr double tick_seconds = 0.25;

}  // namespace

AgentWindow::AgentWindow(AgentModel& model, const Settings& settings, const Clock& clock)
    : Frame(window_width(), ui::px(200), "Pronto", 0, 0), model_(model), settings_(settings), clock_(clock), proxy_user_(settings.network.proxy.user) {
    ui::give_id(*this, "agent");
    xclass("pronto-agent");
    color(ui::colour::surface);
    auto& all = content();
    connect_ = &all.fixed<ConnectPage>(
        0, settings.hub, settings.ticket, [this](const std::string& hub, const std::string& ticket) { connect(hub, ticket); },
        [this] { model_.disconnect(); });
    trust_ = &all.fixed<TrustPage>(0, [this] { model_.trust_and_remember(); }, [this] { model_.disconnect(); });
    waiting_ = &all.fixed<WaitingPage>(0, [this] { model_.disconnect(); },
                                          [this] { model_.state().proxy_wants_login ? ask_for_proxy_login() : model_.retry_now(); });
    question_ = &all.fixed<QuestionPage>(0, clock, [this](bool yes) { model_.answer(yes); });
    SharedPage::Calls calls{[this] { model_.end(); }, [this](bool paused) { model_.pause_recording(paused); },
                            [this](int leg, bool granted) { model_.answer_join(leg, granted); }};
    shared_ = &all.fixed<SharedPage>(0, clock, std::move(calls));
    for (auto* page : pages()) page->hide();
    on_close([this] { leave(); });
    update(model.state());
    position((Fl::w() - w()) / 2, (Fl::h() - h()) / 3);
}

AgentWindow::~AgentWindow() { Fl::remove_timeout(tick, this); }

void AgentWindow::update(const AgentState& state) {
    for (auto* page : pages()) page->update(state);
    auto* page = page_for(state.phase);
    const bool turned = page != current_;
    if (turned) turn_to(page);
    fit();
    if (turned) page->focus();
    if (turned && shown()) arrive(state.phase);
    const int joining = state.joining ? state.joining->leg : 0;
    if (std::exchange(joining_, joining) != joining && joining != 0 && shown()) call_attention(*this);
    const bool wanted = state.proxy_wants_login.has_value();
    if (std::exchange(proxy_asked_, wanted) != wanted && wanted && shown()) ask_for_proxy_login();
    if (!wanted && proxy_dialog_ && proxy_dialog_->shown()) proxy_dialog_->dismiss();
    set_tick(state);
}

void AgentWindow::set_tick(const AgentState& state) {
    Fl::remove_timeout(tick, this);
    const bool counts = state.phase == Phase::asked || state.phase == Phase::starting || state.phase == Phase::shared;
    if (counts) return Fl::add_timeout(tick_seconds, tick, this);
    const auto deadline = model_.next_deadline();
    if (!deadline) return;
    const auto seconds = std::chrono::duration<double>(*deadline - clock_.now()).count();
    Fl::add_timeout(std::clamp(seconds, tick_seconds, 3600.0), tick, this);
}

void AgentWindow::ask_for_proxy_login() {
    const auto proxy = model_.state().proxy_wants_login.value_or("");
    const std::string why = proxy_user_.empty() ? "This computer gets to the hub only through this proxy, which wants a user name and a password: usually "
                                                  "those of this computer, or of your organisation."
                                                : "The proxy did not accept that user name and password.";
    const ui::ProxyLoginDialog::Asking asking{"proxy", proxy, proxy_user_, why};
    proxy_dialog_ = std::make_unique<ui::ProxyLoginDialog>(this, asking, [this, proxy](const ui::ProxyLoginDialog::Given& given) {
        proxy_user_ = given.user;
        try {
            const ProxyLogin kept(settings_.proxy_login);
            given.remember ? kept.remember(proxy, given.user, given.password) : kept.forget();
        } catch (const std::runtime_error& problem) {
            log::warning("the proxy's password could not be kept: {}", problem.what());
        }
        model_.use_proxy_login(given.user, given.password);
    });
}

void AgentWindow::connect(const std::string& hub, const std::string& ticket) {
    try {
        const auto address = tunnel::parse_hub_address(hub);
        // The keys given at the start are those of the hub given at the start.
        const bool same = !settings_.hub.empty() && address == tunnel::parse_hub_address(settings_.hub);
        model_.connect(address, same ? settings_.trust : tunnel::Trust{}, ticket);
    } catch (const std::runtime_error& problem) {
        auto state = model_.state();
        state.notice = Notice{true, problem.what(), {}};
        update(state);
    }
}

void AgentWindow::leave() {
    model_.disconnect();
    hide();
}

void AgentWindow::draw() {
    Frame::draw();
    // The bar of a shared screen stands on anything; where no window manager frames it, it needs an edge.
    const int line = ui::hairline();
    for (const Rect& edge : {Rect{0, 0, w(), line}, Rect{0, h() - line, w(), line}, Rect{0, 0, line, h()}, Rect{w() - line, 0, line, h()}})
        ui::fill(edge, ui::colour::hairline);
}

std::array<Page*, 5> AgentWindow::pages() { return {connect_, trust_, waiting_, question_, shared_}; }

Page* AgentWindow::page_for(Phase phase) {
    switch (phase) {
        case Phase::idle:
        case Phase::connecting: return connect_;
        case Phase::untrusted: return trust_;
        case Phase::waiting: return waiting_;
        case Phase::asked: return question_;
        case Phase::starting:
        case Phase::shared: return shared_;
    }
    return connect_;
}

void AgentWindow::turn_to(Page* page) {
    if (current_) content().set_shown(*current_, false);
    current_ = page;
    content().set_shown(*page, true);
}

void AgentWindow::fit() {
    const int height = current_->needed();
    if (height == h() && height == current_->h()) return;
    content().set_extent(*current_, height);
    size_range(w(), height, w(), height);
    size(w(), height);
    redraw();
}

void AgentWindow::arrive(Phase phase) {
    const bool sharing = phase == Phase::starting || phase == Phase::shared;
    if (sharing && !was_sharing_) {
        home_ = {x(), y()};
        position(Fl::w() - w() - ui::px(16), ui::px(16));
    } else if (!sharing && was_sharing_) {
        position(home_.x, home_.y);
    }
    was_sharing_ = sharing;
    keep_above(*this, sharing || phase == Phase::asked);
    if (phase == Phase::asked) call_attention(*this);
}

void AgentWindow::tick(void* self) {
    auto& window = *static_cast<AgentWindow*>(self);
    window.model_.tick();  // the end of the question's time
    window.update(window.model_.state());
}

}  // namespace pronto::agent
