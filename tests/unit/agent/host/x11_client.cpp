#include "tests/unit/agent/host/x11_client.hpp"

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <poll.h>

#include <chrono>
#include <clocale>
#include <stdexcept>

namespace pronto::test {
namespace {

using Steady = std::chrono::steady_clock;

bool wait_readable(Display* display, Steady::time_point until) {
    if (XPending(display) > 0) return true;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
    if (left <= 0) return false;
    pollfd fd{ConnectionNumber(display), POLLIN, 0};
    return poll(&fd, 1, static_cast<int>(left)) > 0;
}

}  // namespace

X11Client::X11Client(const std::string& display, Rect window) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    display_ = XOpenDisplay(display.c_str());
    if (!display_) throw std::runtime_error("no display " + display);
    window_ = XCreateSimpleWindow(display_, DefaultRootWindow(display_), window.x, window.y, static_cast<unsigned>(window.width),
                                  static_cast<unsigned>(window.height), 0, 0, 0xFFFFFF);
    XSelectInput(display_, window_, KeyPressMask | KeyReleaseMask | ButtonPressMask | ButtonReleaseMask | ExposureMask | FocusChangeMask);
    context_ = XCreateGC(display_, window_, 0, nullptr);
    XSetGraphicsExposures(display_, static_cast<GC>(context_), False);
    method_ = XOpenIM(display_, nullptr, nullptr, nullptr);
    if (method_)
        input_ = XCreateIC(static_cast<XIM>(method_), XNInputStyle, XIMPreeditNothing | XIMStatusNothing, XNClientWindow, window_, nullptr);
    // Programs read the layout when they start; Xlib would at the first key, and lose a change that falls into that moment.
    XkbKeycodeToKeysym(display_, 38, 0, 0);
    XMapWindow(display_, window_);
    XEvent event;
    do XWindowEvent(display_, window_, ExposureMask, &event); while (event.type != Expose);
    XSetInputFocus(display_, window_, RevertToParent, CurrentTime);
    do XWindowEvent(display_, window_, FocusChangeMask, &event); while (event.type != FocusIn);
    XSync(display_, False);
}

X11Client::~X11Client() {
    if (input_) XDestroyIC(static_cast<XIC>(input_));
    if (method_) XCloseIM(static_cast<XIM>(method_));
    XFreeGC(display_, static_cast<GC>(context_));
    XCloseDisplay(display_);
}

void X11Client::fill(const Rect& area, std::uint32_t colour) {
    XSetForeground(display_, static_cast<GC>(context_), colour);
    XFillRectangle(display_, window_, static_cast<GC>(context_), area.x, area.y, static_cast<unsigned>(area.width), static_cast<unsigned>(area.height));
    XFlush(display_);
}

void X11Client::scroll(const Rect& area, int up) {
    XCopyArea(display_, window_, window_, static_cast<GC>(context_), area.x, area.y + up, static_cast<unsigned>(area.width),
              static_cast<unsigned>(area.height - up), area.x, area.y);
    XFlush(display_);
}

void X11Client::set_cursor(unsigned font_shape) {
    XDefineCursor(display_, DefaultRootWindow(display_), XCreateFontCursor(display_, font_shape));
    XDefineCursor(display_, window_, XCreateFontCursor(display_, font_shape));
    XFlush(display_);
}

std::vector<std::uint32_t> X11Client::screen(Size size) const {
    XImage* image = XGetImage(display_, DefaultRootWindow(display_), 0, 0, static_cast<unsigned>(size.width), static_cast<unsigned>(size.height), AllPlanes, ZPixmap);
    std::vector<std::uint32_t> pixels;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) pixels.push_back(static_cast<std::uint32_t>(XGetPixel(image, x, y)) & 0xFFFFFF);
    XDestroyImage(image);
    return pixels;
}

void X11Client::sync() const { XSync(display_, False); }

void X11Client::collect(Typed& into, int milliseconds, const std::function<bool()>& enough) {
    const auto deadline = Steady::now() + std::chrono::milliseconds(milliseconds);
    while (!enough() && wait_readable(display_, deadline)) {
        while (XPending(display_) > 0) {
            XEvent event;
            XNextEvent(display_, &event);
            if (event.type == MappingNotify) XRefreshKeyboardMapping(&event.xmapping);
            if (event.type == KeyRelease) ++into.releases;
            if (XFilterEvent(&event, window_) || event.type != KeyPress) continue;
            ++into.presses;
            char text[64] = {};
            KeySym keysym = 0;
            Status status = 0;
            const int length = Xutf8LookupString(static_cast<XIC>(input_), &event.xkey, text, sizeof text - 1, &keysym, &status);
            if (length > 0 && (static_cast<unsigned char>(text[0]) >= 0x20)) into.text.append(text, static_cast<std::size_t>(length));
            if (keysym) into.keysyms.push_back(keysym);
        }
    }
}

X11Client::Typed X11Client::typed(const std::string& text) {
    Typed all;
    collect(all, 5'000, [&] { return all.text == text; });
    return all;
}

X11Client::Typed X11Client::pressed(int count) {
    Typed all;
    collect(all, 5'000, [&] { return all.presses >= count; });
    return all;
}

bool X11Client::soon(const std::function<bool()>& so) const {
    const auto deadline = Steady::now() + std::chrono::seconds(5);
    while (!so())
        if (Steady::now() > deadline) return false;
    return true;
}

X11Client::Typed X11Client::typed_for(int milliseconds) {
    Typed all;
    collect(all, milliseconds, [] { return false; });
    return all;
}

std::vector<X11Client::Button> X11Client::buttons(std::size_t count) {
    std::vector<Button> all;
    const auto deadline = Steady::now() + std::chrono::seconds(5);
    while (all.size() < count && wait_readable(display_, deadline)) {
        XEvent event;
        XNextEvent(display_, &event);
        if (event.type == ButtonPress || event.type == ButtonRelease)
            all.push_back({event.xbutton.button, event.type == ButtonPress, {event.xbutton.x_root, event.xbutton.y_root}});
    }
    return all;
}

Point X11Client::pointer() const {
    Window root = 0, child = 0;
    int x = 0, y = 0, wx = 0, wy = 0;
    unsigned mask = 0;
    XQueryPointer(display_, DefaultRootWindow(display_), &root, &child, &x, &y, &wx, &wy, &mask);
    return {x, y};
}

std::vector<int> X11Client::held_keys() const {
    char keys[32];
    XQueryKeymap(display_, keys);
    std::vector<int> held;
    for (int code = 0; code < 256; ++code)
        if (keys[code / 8] >> (code % 8) & 1) held.push_back(code);
    return held;
}

unsigned X11Client::modifiers() const {
    XkbStateRec state{};
    XkbGetState(display_, XkbUseCoreKbd, &state);
    return state.mods;
}

}  // namespace pronto::test
