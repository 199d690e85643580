#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>
#include <poll.h>

#include <chrono>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "tests/bench/network/parts.hpp"

namespace pronto::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds frame_time{40};

class BusyScreen {
public:
    explicit BusyScreen(const std::string& name) : display_(XOpenDisplay(name.c_str())), noise_(1 << 20) {
        if (!display_) throw std::runtime_error("no display " + name);
        const int screen = DefaultScreen(display_);
        XSetWindowAttributes attributes{};
        attributes.override_redirect = True;
        attributes.event_mask = KeyPressMask | ExposureMask;
        attributes.background_pixel = 0x808080;
        window_ =
            XCreateWindow(display_, RootWindow(display_, screen), 0, 0, busy_width, key_row + 32, 0, CopyFromParent,
                          InputOutput, CopyFromParent, CWOverrideRedirect | CWEventMask | CWBackPixel, &attributes);
        XMapRaised(display_, window_);
        pixels_.resize(busy_width * busy_height);
        image_ = XCreateImage(display_, DefaultVisual(display_, screen), 24, ZPixmap, 0,
                              reinterpret_cast<char*>(pixels_.data()), busy_width, busy_height, 32, 0);
        pen_ = XCreateGC(display_, window_, 0, nullptr);
        std::minstd_rand dice(1);
        for (auto& each : noise_) each = static_cast<std::uint8_t>(dice() >> 16 & 15);
    }

    [[noreturn]] void run() {
        auto next = Clock::now();
        for (;;) {
            while (XPending(display_) > 0) handle();
            XFlush(display_);
            const auto now = Clock::now();
            if (busy_ && now >= next) {
                paint();
                next = std::max(next + frame_time, now);
                continue;
            }
            pollfd source{ConnectionNumber(display_), POLLIN, 0};
            const auto wait = busy_ ? std::chrono::ceil<std::chrono::milliseconds>(next - now).count() : -1;
            ::poll(&source, 1, static_cast<int>(wait));
        }
    }

private:
    void handle() {
        XEvent event;
        XNextEvent(display_, &event);
        if (event.type == Expose) {
            XSetInputFocus(display_, window_, RevertToParent, CurrentTime);
            paint();
            show_keys();
        }
        if (event.type != KeyPress) return;
        if (XLookupKeysym(&event.xkey, 0) == XK_b) {
            busy_ = !busy_;
            return;
        }
        ++keys_;
        show_keys();
    }

    void show_keys() {
        for (int bit = 0; bit < cells::key_bits; ++bit) {
            XSetForeground(display_, pen_, (keys_ >> bit & 1) != 0 ? 0xFFFFFF : 0);
            XFillRectangle(display_, window_, pen_, bit * cells::side, key_row, cells::side, cells::side);
        }
        XFlush(display_);
    }

    /// Something like a film: soft colours that move, a little noise.
    void paint() {
        const double phase = frame_++ * 0.05;
        for (int y = 0; y < busy_height; ++y)
            for (int x = 0; x < busy_width; ++x) {
                const auto grain =
                    noise_[(static_cast<unsigned>(y * busy_width + x) + frame_ * 7919) & (noise_.size() - 1)];
                const auto red = static_cast<std::uint32_t>(100 + wave(x, phase) + grain);
                const auto green = static_cast<std::uint32_t>(100 + wave(y, phase * 1.3) + grain);
                const auto blue = static_cast<std::uint32_t>(100 + wave(x + y, phase * 0.7) + grain);
                pixels_[static_cast<std::size_t>(y * busy_width + x)] = red << 16 | green << 8 | blue;
            }
        const std::uint32_t time = now_ms();
        for (const int row : time_rows)
            for (int y = row; y < row + cells::side; ++y)
                for (int x = 0; x < cells::time_bits * cells::side; ++x)
                    pixels_[static_cast<std::size_t>(y * busy_width + x)] =
                        (time >> x / cells::side & 1) != 0 ? 0xFFFFFF : 0;
        XPutImage(display_, window_, pen_, image_, 0, 0, 0, 0, busy_width, busy_height);
        XFlush(display_);
    }

    static int wave(int at, double phase) {
        return static_cast<int>(60 * sines()[static_cast<unsigned>(at * 2 + static_cast<int>(phase * 163)) & 1023]);
    }
    static const std::vector<double>& sines() {
        static const auto table = [] {
            std::vector<double> made(1024);
            for (std::size_t i = 0; i < made.size(); ++i) made[i] = std::sin(static_cast<double>(i) * 2 * M_PI / 1024);
            return made;
        }();
        return table;
    }

    Display* display_;
    Window window_ = 0;
    GC pen_ = nullptr;
    XImage* image_ = nullptr;
    std::vector<std::uint32_t> pixels_;
    std::vector<std::uint8_t> noise_;
    unsigned frame_ = 0;
    unsigned keys_ = 0;
    bool busy_ = false;
};

}  // namespace

int run_busy_screen(const std::string& display) {
    BusyScreen(display).run();
}

}  // namespace pronto::bench
