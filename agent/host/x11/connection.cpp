#include "agent/host/x11/connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::host::x11 {
namespace {

// Xlib has one pair of handlers for the whole process; ours serve our connections and pass the rest on.
struct Handlers {
    std::mutex lock;
    std::map<Display*, Connection*> ours;
    XErrorHandler other_error = nullptr;
    XIOErrorHandler other_io_error = nullptr;
    std::vector<Display*> abandoned;
};
Handlers& handlers() {
    static Handlers all;
    return all;
}

int on_error(Display* display, XErrorEvent* event) {
    auto& all = handlers();
    const std::scoped_lock hold(all.lock);
    if (const auto found = all.ours.find(display); found != all.ours.end()) {
        found->second->note_error(event->error_code);
        log::debug("X error {} to request {}.{}", int{event->error_code}, int{event->request_code}, int{event->minor_code});
        return 0;
    }
    return all.other_error ? all.other_error(display, event) : 0;
}

int on_io_error(Display* display) {
    XIOErrorHandler other = nullptr;
    {
        auto& all = handlers();
        const std::scoped_lock hold(all.lock);
        if (all.ours.contains(display)) return 0;
        other = all.other_io_error;
    }
    return other ? other(display) : 0;
}

// Without this Xlib ends the process after the handler above has returned.
void on_io_error_exit(Display*, void* connection) { static_cast<Connection*>(connection)->note_loss(); }

void install(Display* display, Connection* connection) {
    auto& all = handlers();
    const std::scoped_lock hold(all.lock);
    all.ours[display] = connection;
    if (const auto before = XSetErrorHandler(on_error); before != on_error) all.other_error = before;
    if (const auto before = XSetIOErrorHandler(on_io_error); before != on_io_error) all.other_io_error = before;
    XSetIOErrorExitHandler(display, on_io_error_exit, connection);
}

std::string why_not_open(const std::string& display) {
    if (display.empty()) return "No X display is set. Start the program on a desktop, or give it one with --display or DISPLAY.";
    return "The X display " + display + " cannot be opened. Check that it is running and that this user may use it (XAUTHORITY).";
}

}  // namespace

Connection::Connection(const std::string& display) {
    static const bool threads = XInitThreads() != 0;
    if (!threads) throw std::runtime_error("Xlib cannot be used from several threads here");
    display_ = XOpenDisplay(display.empty() ? nullptr : display.c_str());
    if (!display_)
        throw std::runtime_error(why_not_open(XDisplayName(display.c_str())));
    fcntl(ConnectionNumber(display_), F_SETFD, FD_CLOEXEC);
    install(display_, this);
}

Connection::~Connection() {
    if (!lost_) XCloseDisplay(display_);
    auto& all = handlers();
    const std::scoped_lock hold(all.lock);
    all.ours.erase(display_);
    if (!lost_) return;
    // Xlib waits for ever when it is to close a connection that is broken already: only the descriptor is given back.
    all.abandoned.push_back(display_);
    close(ConnectionNumber(display_));
}

unsigned long Connection::root() const { return DefaultRootWindow(display_); }
int Connection::descriptor() const { return ConnectionNumber(display_); }

void require_extension(bool there, const std::string& name, const std::string& purpose) {
    if (!there) throw std::runtime_error("this X display has no " + name + " extension, which is needed for " + purpose);
}

}  // namespace pronto::host::x11
