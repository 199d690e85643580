#pragma once

#include <string>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/tunnel/check.hpp"
#include "viewer/ui/console.hpp"
#include "viewer/ui/window_ptr.hpp"

class Fl_Window;

namespace pronto::ui {
class ProxyLoginDialog;
}

namespace pronto::viewer {

class CheckWindow;
class ConsoleModel;
class ProxyDialog;

/// The windows about the way to the hub: the proxy, its password, the test of the connection.
class NetworkWindows {
public:
    /// The references must outlive it.
    NetworkWindows(ConsoleModel& model, Mailbox& mailbox, const ConsoleOptions& options);
    ~NetworkWindows();

    void show_proxy(Fl_Window* over);
    void show_check(Fl_Window* over, const std::string& hub);
    /// Asks for a proxy's password, if one wants it.
    void connection_changed(Fl_Window* over);
    void close();

private:
    tunnel::CheckOrder check_order(const tunnel::HubAddress& hub) const;

    ConsoleModel& model_;
    Mailbox& mailbox_;
    const ConsoleOptions& options_;
    WindowPtr<ProxyDialog> proxy_;
    WindowPtr<ui::ProxyLoginDialog> proxy_password_;
    WindowPtr<CheckWindow> check_;
    bool password_refused_ = false;  ///< by the operator, until there is a connection again
};

}  // namespace pronto::viewer
