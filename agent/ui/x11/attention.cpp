#include "agent/ui/attention.hpp"

#include <FL/Fl_Window.H>
#include <FL/x.H>
#include <X11/Xatom.h>
#include <X11/Xutil.h>

namespace pronto::agent {
namespace {

// EWMH: a window asks its manager by a message to the root window.
void ask_manager(Fl_Window& window, const char* what, long first, long second) {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = fl_xid(&window);
    event.xclient.message_type = XInternAtom(fl_display, what, False);
    event.xclient.format = 32;
    event.xclient.data.l[0] = first;
    event.xclient.data.l[1] = second;
    XSendEvent(fl_display, DefaultRootWindow(fl_display), False, SubstructureRedirectMask | SubstructureNotifyMask, &event);
}

}  // namespace

void keep_above(Fl_Window& window, bool above) {
    constexpr long remove = 0, add = 1;
    ask_manager(window, "_NET_WM_STATE", above ? add : remove, static_cast<long>(XInternAtom(fl_display, "_NET_WM_STATE_ABOVE", False)));
    if (above) XRaiseWindow(fl_display, fl_xid(&window));
    XFlush(fl_display);
}

void call_attention(Fl_Window& window) {
    XMapRaised(fl_display, fl_xid(&window));
    constexpr long from_a_program_the_user_started = 1;
    ask_manager(window, "_NET_ACTIVE_WINDOW", from_a_program_the_user_started, CurrentTime);
    if (XWMHints* hints = XGetWMHints(fl_display, fl_xid(&window))) {
        hints->flags |= XUrgencyHint;
        XSetWMHints(fl_display, fl_xid(&window), hints);
        XFree(hints);
    }
    XFlush(fl_display);
}

}  // namespace pronto::agent
