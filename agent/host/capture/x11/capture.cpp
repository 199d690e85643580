#include "agent/host/capture/capture.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "agent/host/x11/xlib.hpp"
#include "agent/host/capture/frame_tracker.hpp"
#include "agent/host/capture/pace.hpp"
#include "agent/host/capture/x11/cursor_shape.hpp"
#include "agent/host/capture/x11/screen_grabber.hpp"
#include "agent/host/x11/waker.hpp"


namespace pronto::host {
namespace x11 {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t most_grabs = 8;  ///< areas read apart at one look; more are joined
// Some drivers draw without damage: a quiet screen is compared in bands, all of it every four seconds.
constexpr int recheck_bands = 8;
constexpr Millis recheck_every{500};

class X11Capture final : public Capture {
public:
    X11Capture(const std::string& display, ScreenSink& sink, std::function<void(std::string)> lost)
        : connection_(display), grabber_(connection_), tracker_(sink), sink_(sink), lost_(std::move(lost)) {
        select_events();
        resize();
        tell_cursor();
        thread_ = std::thread([this] { run(); });
    }
    ~X11Capture() override {
        stopping_ = true;
        waker_.wake();
        thread_.join();
        if (connection_.lost()) return;
        XDamageDestroy(connection_.get(), damage_);
        XFixesDestroyRegion(connection_.get(), region_);
    }

private:
    void select_events() {
        Display* display = connection_.get();
        int error = 0, major = 5, minor = 0;
        require_extension(XFixesQueryExtension(display, &fixes_event_, &error) && XFixesQueryVersion(display, &major, &minor),
                          "XFIXES", "the pointer's shape");
        require_extension(XDamageQueryExtension(display, &damage_event_, &error), "DAMAGE", "seeing what changes");
        damage_ = XDamageCreate(display, connection_.root(), XDamageReportNonEmpty);
        region_ = XFixesCreateRegion(display, nullptr, 0);
        XFixesSelectCursorInput(display, connection_.root(), XFixesDisplayCursorNotifyMask);
        XSelectInput(display, connection_.root(), StructureNotifyMask);
        if (XRRQueryExtension(display, &randr_event_, &error)) XRRSelectInput(display, connection_.root(), RRScreenChangeNotifyMask);
        else randr_event_ = -1;
        XSync(display, False);
    }

    void run() {
        try {
            while (!stopping_ && !connection_.lost()) {
                if (!waker_.wait(connection_.descriptor(), wait_ms())) connection_.note_loss();
                if (!stopping_ && !connection_.lost()) work();
            }
        } catch (const std::exception& broken) {  // memory, at worst
            if (lost_) lost_(broken.what());
            return;
        }
        if (connection_.lost() && !stopping_ && lost_) lost_("the X display has gone");
    }

    int wait_ms() const {
        const auto now = Steady::now();
        if (XQLength(connection_.get()) > 0) return 0;
        const auto until = damaged_ ? pace_.due() : std::max(rechecked_, pace_.last()) + recheck_every;
        const auto left = std::chrono::ceil<Millis>(until - now).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, recheck_every.count()));
    }

    void work() {
        while (!connection_.lost() && XPending(connection_.get()) > 0) take_event();
        if (resized_) resize();
        if (cursor_changed_) tell_cursor();
        const auto now = Steady::now();
        if (damaged_ && now >= pace_.due()) look_at_damage();
        else if (!damaged_ && now >= std::max(rechecked_, pace_.last()) + recheck_every) recheck_a_band();
    }

    void take_event() {
        XEvent event;
        XNextEvent(connection_.get(), &event);
        if (event.type == damage_event_ + XDamageNotify) damaged_ = true;
        else if (event.type == fixes_event_ + XFixesCursorNotify) cursor_changed_ = true;
        else if (event.type == ConfigureNotify || (randr_event_ >= 0 && event.type == randr_event_ + RRScreenChangeNotify)) {
            XRRUpdateConfiguration(&event);
            resized_ = true;
        }
    }

    void resize() {
        resized_ = false;
        const Size size = grabber_.ask_size();
        if (size == tracker_.size() || size.width <= 0 || connection_.lost()) return;
        if (size.width > vnc::longest_side || size.height > vnc::longest_side ||
            std::int64_t{size.width} * size.height > vnc::most_pixels)
            throw std::runtime_error("the screen is larger than Pronto can share");
        grabber_.prepare(size);
        tracker_.resize(size);
        look({0, 0, size.width, size.height});
        damaged_ = true;  // a picture torn by the change is looked at again
    }

    void tell_cursor() {
        cursor_changed_ = false;
        auto shape = read_cursor(connection_);
        if (!shape || shape == cursor_) return;
        cursor_ = shape;
        sink_.set_cursor(std::move(*shape));
    }

    void look_at_damage() {
        const auto begun = Steady::now();
        damaged_ = false;
        // What is drawn after this line makes a new event: nothing is lost between here and the look.
        XDamageSubtract(connection_.get(), damage_, None, region_);
        int count = 0;
        XRectangle* rectangles = XFixesFetchRegion(connection_.get(), region_, &count);
        std::vector<Rect> areas;
        for (int i = 0; i < count; ++i) areas.push_back(on_screen({rectangles[i].x, rectangles[i].y, rectangles[i].width, rectangles[i].height}));
        if (rectangles) XFree(rectangles);
        std::erase_if(areas, [](const Rect& r) { return r.empty(); });
        if (!areas.empty())
            for (const auto& each : joined(std::move(areas), most_grabs)) look(each);
        const auto now = Steady::now();
        pace_.looked(now, std::chrono::duration_cast<Pace::Micros>(now - begun));
    }

    void recheck_a_band() {
        rechecked_ = Steady::now();
        const Size size = tracker_.size();
        const int height = (size.height + recheck_bands - 1) / recheck_bands;
        band_ = (band_ + 1) % recheck_bands;
        const Rect band = on_screen({0, band_ * height, size.width, height});
        if (!band.empty()) look(band);
    }

    Rect on_screen(Rect r) const {
        const Size size = tracker_.size();
        const int right = std::min(r.x + r.width, size.width), bottom = std::min(r.y + r.height, size.height);
        r.x = std::max(r.x, 0);
        r.y = std::max(r.y, 0);
        return {r.x, r.y, right - r.x, bottom - r.y};
    }

    void look(const Rect& area) {
        const auto* pixels = grabber_.grab(area);
        if (pixels) tracker_.look(area, pixels, static_cast<std::size_t>(area.width));
        else resized_ = damaged_ = true;  // refused: the screen has changed its size under us, the event is on its way
    }

    Connection connection_;
    ScreenGrabber grabber_;
    FrameTracker tracker_;
    ScreenSink& sink_;
    std::function<void(std::string)> lost_;
    Waker waker_;
    Pace pace_;
    std::optional<vnc::CursorShape> cursor_;
    int fixes_event_ = 0, damage_event_ = 0, randr_event_ = -1;
    Damage damage_ = 0;
    XserverRegion region_ = 0;
    bool damaged_ = false, resized_ = false, cursor_changed_ = false;
    int band_ = -1;
    SteadyTime rechecked_ = Steady::now();
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace
}  // namespace x11

std::unique_ptr<Capture> start_capture(const std::string& display, ScreenSink& sink, std::function<void(std::string)> lost) {
    return std::make_unique<x11::X11Capture>(display, sink, std::move(lost));
}

}  // namespace pronto::host
