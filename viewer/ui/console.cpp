#include "viewer/ui/console.hpp"

#include <FL/Fl.H>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/ui/mailbox.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/ui/console_windows.hpp"

namespace pronto::viewer {

int run_console(ConsoleModel& model, RemoteScreens& screens, MovieSource& movies, Mailbox& mailbox, const Clock& clock,
                const ConsoleOptions& options) {
    ui::start();
    ui::Mailbox wake;
    mailbox.on_post([post = wake.slot(), &mailbox] { post([&mailbox] { mailbox.run(); }); });
    {
        ConsoleWindows windows(model, screens, movies, mailbox, clock, options);
        while (!windows.closed() && Fl::wait() >= 0 && Fl::first_window()) {
        }
    }
    Fl::do_widget_deletion();
    mailbox.on_post({});
    return 0;
}

}  // namespace pronto::viewer
