#include "agent/ui/agent_window.hpp"

#include <FL/Fl.H>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "agent/model/agent_model.hpp"
#include "agent/model/shared_desktop.hpp"
#include "agent/model/tunnel_link.hpp"
#include "agent/ui/attention.hpp"
#include "agent/ui/pages.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/mailbox.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::agent {
namespace {

using ui::px;

constexpr double tick_seconds = 0.25;

/// The one window: a page for each phase, as large as that page. Knows the model only through its state and commands.
class AgentWindow final : public ui::Frame {
public:
    AgentWindow(AgentModel& model, const Settings& settings, const Clock& clock)
        : Frame(window_width(), px(200), "Pronto", 0, 0), model_(model), settings_(settings) {
        ui::give_id(*this, "agent");
        xclass("pronto-agent");
        color(ui::colour::surface);
        auto& all = content();
        connect_ = &all.fixed<ConnectPage>(0, settings.hub, settings.ticket,
                                           [this](const std::string& hub, const std::string& ticket) { connect(hub, ticket); },
                                           [this] { model_.disconnect(); });
        trust_ = &all.fixed<TrustPage>(0, [this] { model_.trust_and_remember(); }, [this] { model_.disconnect(); });
        waiting_ = &all.fixed<WaitingPage>(0, [this] { model_.disconnect(); });
        question_ = &all.fixed<QuestionPage>(0, clock, [this](bool yes) { model_.answer(yes); });
        shared_ = &all.fixed<SharedPage>(0, clock, [this] { model_.end(); });
        for (auto* page : pages()) page->hide();
        on_close([this] { leave(); });
        update(model.state());
        position((Fl::w() - w()) / 2, (Fl::h() - h()) / 3);
        size_range(w(), 1, w(), 0);
    }
    ~AgentWindow() override { Fl::remove_timeout(tick, this); }

    void update(const AgentState& state) {
        for (auto* page : pages()) page->update(state);
        auto* page = page_for(state.phase);
        const bool turned = page != current_;
        if (turned) turn_to(page);
        fit();
        if (turned) page->focus();
        if (turned && shown()) arrive(state.phase);
        Fl::remove_timeout(tick, this);
        if (state.phase == Phase::asked || state.phase == Phase::shared) Fl::add_timeout(tick_seconds, tick, this);
    }

    void connect(const std::string& hub, const std::string& ticket) {
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

    /// The session ends and the program does.
    void leave() {
        model_.disconnect();
        hide();
    }

private:
    std::array<Page*, 5> pages() { return {connect_, trust_, waiting_, question_, shared_}; }
    Page* page_for(Phase phase) {
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

    void turn_to(Page* page) {
        if (current_) content().set_shown(*current_, false);
        current_ = page;
        content().set_shown(*page, true);
    }

    void fit() {
        const int height = current_->needed();
        content().set_extent(*current_, height);
        if (height != h()) {
            size_range(w(), height, w(), height);
            size(w(), height);
        }
        redraw();
    }

    /// A question must be seen; a shared screen's bar must not be covered, and not stand in the way either.
    void arrive(Phase phase) {
        const bool sharing = phase == Phase::starting || phase == Phase::shared;
        if (sharing && !was_sharing_) {
            home_ = {x(), y()};
            position(Fl::w() - w() - px(16), px(16));
        } else if (!sharing && was_sharing_) {
            position(home_.x, home_.y);
        }
        was_sharing_ = sharing;
        keep_above(*this, sharing || phase == Phase::asked);
        if (phase == Phase::asked) call_attention(*this);
    }

    static void tick(void* self) {
        auto& window = *static_cast<AgentWindow*>(self);
        window.model_.tick();  // the end of the question's time
        window.update(window.model_.state());
    }

    AgentModel& model_;
    const Settings& settings_;
    ConnectPage* connect_;
    TrustPage* trust_;
    WaitingPage* waiting_;
    QuestionPage* question_;
    SharedPage* shared_;
    Page* current_ = nullptr;
    bool was_sharing_ = false;
    Point home_;
};

/// Everything of a running window, in the order in which it must go.
struct Program {
    explicit Program(const Settings& settings)
        : known(settings.known_hubs),
          letters([this] { slot([this] { letters.run(); }); }),
          model({&clock, dial_through(letters), share_display(letters, settings.display), &known},
                [this](const AgentState& state) {
                    if (window) window->update(state);
                }),
          window(std::make_unique<AgentWindow>(model, settings, clock)) {}
    ~Program() { window.reset(); }

    SystemClock clock;
    KnownHubs known;
    ui::Mailbox wakes;
    std::function<void(ui::Mailbox::Letter)> slot = wakes.slot();
    Mailbox letters;
    AgentModel model;
    std::unique_ptr<AgentWindow> window;
};

}  // namespace

int run_window(const Settings& settings, int stop_descriptor) {
    if (!settings.display.empty()) setenv("DISPLAY", settings.display.c_str(), 1);
    ui::start();
    Program program(settings);
    auto& window = *program.window;
    Fl::add_fd(stop_descriptor, FL_READ, [](FL_SOCKET, void* to) { static_cast<AgentWindow*>(to)->leave(); }, &window);
    window.show();
    if (!settings.hub.empty() && !settings.ticket.empty()) window.connect(settings.hub, settings.ticket);
    while (window.shown()) Fl::wait();
    Fl::remove_fd(stop_descriptor);
    return 0;
}

}  // namespace pronto::agent
