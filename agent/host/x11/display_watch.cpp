#include "agent/host/display_watch.hpp"

#include <fmt/format.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "agent/host/capture/x11/screen_grabber.hpp"
#include "agent/host/x11/connection.hpp"
#include "agent/host/x11/waker.hpp"
#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::host {
namespace x11 {
namespace {

bool has(Connection& connection, const char* extension) {
    int major = 0, event = 0, error = 0;
    return XQueryExtension(connection.get(), extension, &major, &event, &error) != 0;
}

void check_extensions(Connection& connection) {
    std::string missing;
    for (const auto& [name, purpose] :
         {std::pair{"DAMAGE", "to see what changes"}, std::pair{"XFIXES", "for the pointer's shape"},
          std::pair{"XTEST", "for keyboard and mouse"}})
        if (!has(connection, name)) missing += fmt::format("{}{} ({})", missing.empty() ? "" : ", ", name, purpose);
    if (!missing.empty())
        throw std::runtime_error(
            fmt::format("This screen cannot be shared: the X display {} lacks {}. Start its X server with these "
                        "extensions, or share another display.",
                        DisplayString(connection.get()), missing));
    if (!has(connection, "MIT-SHM")) log::warning("the X display has no MIT-SHM extension: sharing it is slow");
    if (!has(connection, "RANDR")) log::warning("the X display has no RANDR extension: it must not change its size");
}

class X11Watch final : public DisplayWatch {
public:
    X11Watch(const std::string& display, std::function<void(std::string)> gone)
        : connection_(display), gone_(std::move(gone)) {
        check_extensions(connection_);
        const ScreenGrabber colours_fit(connection_);
        thread_ = std::thread([this] { run(); });
    }
    ~X11Watch() override {
        stopping_ = true;
        waker_.wake();
        thread_.join();
    }

private:
    void run() {
        while (!stopping_ && !connection_.lost()) {
            if (!waker_.wait(connection_.descriptor(), -1)) connection_.note_loss();
            // Nothing was asked for, but keyboard changes are told to everybody.
            while (!stopping_ && !connection_.lost() && XPending(connection_.get()) > 0) {
                XEvent event;
                XNextEvent(connection_.get(), &event);
            }
        }
        if (!stopping_ && gone_) gone_("the X display has gone");
    }

    Connection connection_;
    std::function<void(std::string)> gone_;
    Waker waker_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace
}  // namespace x11

std::unique_ptr<DisplayWatch> watch_display(const std::string& display, std::function<void(std::string)> gone) {
    return std::make_unique<x11::X11Watch>(display, std::move(gone));
}

}  // namespace pronto::host
