#pragma once

#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto {
class Mailbox;
}

/// The console's windows: a skin over ConsoleModel. Nothing here decides, nothing in the model draws.
namespace pronto::viewer {

class ConsoleModel;
class MovieSource;
class RemoteScreens;

/// What the command line said; fills in the log-in dialog.
struct ConsoleOptions {
    std::string hub;      ///< empty: the one remembered
    std::string user;     ///< empty: the one remembered
    tunnel::Trust trust;  ///< pins for `hub`
};

/// Opens the display, shows the console and returns the program's exit code when its main window was closed. To be
/// called on the model's thread before anything was posted to `mailbox`, whose letters it runs from then on. Throws
/// std::runtime_error if there is no display.
int run_console(ConsoleModel& model, RemoteScreens& screens, MovieSource& movies, Mailbox& mailbox, const Clock& clock,
                const ConsoleOptions& options);

}  // namespace pronto::viewer
