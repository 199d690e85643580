#include "agent/ui/run_window.hpp"

#include <FL/Fl.H>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "agent/model/tunnel_link.hpp"
#include "agent/model/what_is_shared.hpp"
#include "agent/ui/agent_window.hpp"
#include "agent/ui/display_loss.hpp"
#include "rfb-ext/ui/mailbox.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::agent {
namespace {

/// Everything of a running window, in the order in which it must go.
struct Program {
    explicit Program(const Settings& settings)
        : known(settings.known_hubs),
          kept(settings.kept_place, system_of(settings)),
          model({&clock, dial_through(letters), screen_of(letters, settings), &known, system_of(settings), settings.network, &kept},
                [this](const AgentState& state) {
                    if (window) window->update(state);
                }),
          window(std::make_unique<AgentWindow>(model, settings, clock)) {
        letters.on_post([this, post = wakes.slot()] { post([this] { letters.run(); }); });
    }
    ~Program() { window.reset(); }

    SystemClock clock;
    KnownHubs known;
    KeptPlace kept;
    ui::Mailbox wakes;
    Mailbox letters;
    AgentModel model;
    std::unique_ptr<AgentWindow> window;
};

/// Where the last run's place is gone on with: at the hub that is given, if one is.
std::optional<tunnel::HubAddress> only_at(const Settings& settings) {
    if (settings.hub.empty()) return std::nullopt;
    return tunnel::parse_hub_address(settings.hub);
}

Program* running = nullptr;
constexpr auto gone = "the X display has gone";

/// The window cannot be saved, but the operator is told why it all ends.
void display_lost() {
    if (auto* program = std::exchange(running, nullptr)) {
        [[maybe_unused]] const auto* undrawable = program->window.release();
        program->model.screen_gone(gone);
    }
    fmt::print(stderr, "pronto-agent: {}.\n", gone);
    _exit(1);
}

}  // namespace

int run_window(const Settings& settings, int stop_descriptor) {
    if (!settings.display.empty()) setenv("DISPLAY", settings.display.c_str(), 1);
    ui::start();
    on_display_loss(display_lost);
    Program program(settings);
    running = &program;
    auto& window = *program.window;
    Fl::add_fd(
        stop_descriptor, FL_READ, [](FL_SOCKET, void* to) { static_cast<AgentWindow*>(to)->leave(); }, &window);
    window.show();
    if (!settings.hub.empty() && !settings.ticket.empty()) window.connect(settings.hub, settings.ticket);
    else if (settings.ticket.empty()) program.model.resume(only_at(settings), settings.trust);
    while (window.shown()) Fl::wait();
    Fl::remove_fd(stop_descriptor);
    running = nullptr;
    return 0;
}

}  // namespace pronto::agent
