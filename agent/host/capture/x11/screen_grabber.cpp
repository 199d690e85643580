#include "agent/host/capture/x11/screen_grabber.hpp"

#include <sys/ipc.h>
#include <sys/shm.h>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <string>

#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::host::x11 {
namespace {

constexpr std::uint32_t colour_bits = 0x00FFFFFF;
constexpr int refusals_borne = 10;

/// The fourth byte is padding, and some clients leave something in it.
void clear_padding(std::uint32_t* pixels, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) pixels[i] &= colour_bits;
}

void check_visual(Display* display) {
    const Visual* visual = DefaultVisual(display, DefaultScreen(display));
    const int depth = DefaultDepth(display, DefaultScreen(display));
    XImage* sample = XGetImage(display, DefaultRootWindow(display), 0, 0, 1, 1, AllPlanes, ZPixmap);
    const int bits = sample ? sample->bits_per_pixel : 0;
    const bool little = sample && sample->byte_order == LSBFirst;
    if (sample) XDestroyImage(sample);
    if (!sample) throw std::runtime_error("the X display does not let this program read its screen");
    const bool fits = (depth == 24 || depth == 32) && bits == 32 && visual->red_mask == 0xFF0000 &&
                      visual->green_mask == 0xFF00 && visual->blue_mask == 0xFF &&
                      little == (std::endian::native == std::endian::little);
    if (!fits)
        throw std::runtime_error("the X display has " + std::to_string(depth) + "-bit colours (" + std::to_string(bits) +
                                 " bits a pixel); Pronto needs a true-colour screen of 24 bits: set the display to that");
}

}  // namespace

/// A System V shared memory segment that the X server writes into.
class ScreenGrabber::Image {
public:
    Image(Connection& connection, Size size) : connection_(connection) {
        Display* display = connection.get();
        const auto screen = DefaultScreen(display);
        image_ = XShmCreateImage(display, DefaultVisual(display, screen), static_cast<unsigned>(DefaultDepth(display, screen)),
                                 ZPixmap, nullptr, &segment_, static_cast<unsigned>(size.width),
                                 static_cast<unsigned>(size.height));
        if (!image_) return;
        const auto bytes = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 4;
        segment_.shmid = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
        if (segment_.shmid < 0) return;
        segment_.shmaddr = image_->data = static_cast<char*>(shmat(segment_.shmid, nullptr, 0));
        segment_.readOnly = False;
        if (segment_.shmaddr != reinterpret_cast<char*>(-1)) attach();
        shmctl(segment_.shmid, IPC_RMID, nullptr);  // goes when both have let go, even after a crash
    }
    ~Image() {
        if (attached_ && !connection_.lost()) {
            XShmDetach(connection_.get(), &segment_);
            XSync(connection_.get(), False);
        }
        if (segment_.shmid >= 0 && segment_.shmaddr && segment_.shmaddr != reinterpret_cast<char*>(-1)) shmdt(segment_.shmaddr);
        if (image_) {
            image_->data = nullptr;
            XDestroyImage(image_);
        }
    }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    bool usable() const { return attached_; }

    const std::uint32_t* grab(const Rect& area) {
        // XShmGetImage takes the image's own size: with the area's, the rows lie packed at the segment's start.
        image_->width = area.width;
        image_->height = area.height;
        image_->bytes_per_line = area.width * 4;
        if (!XShmGetImage(connection_.get(), connection_.root(), image_, area.x, area.y, AllPlanes)) return nullptr;
        auto* pixels = reinterpret_cast<std::uint32_t*>(image_->data);
        clear_padding(pixels, static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height));
        return pixels;
    }

private:
    void attach() {
        connection_.take_error();
        if (!XShmAttach(connection_.get(), &segment_)) return;
        XSync(connection_.get(), False);  // a server on another machine says no only now
        attached_ = connection_.take_error() == 0 && !connection_.lost();
    }

    Connection& connection_;
    XImage* image_ = nullptr;
    XShmSegmentInfo segment_{0, -1, nullptr, False};
    bool attached_ = false;
};

ScreenGrabber::ScreenGrabber(Connection& connection) : connection_(connection) {
    check_visual(connection.get());
    prepare(ask_size());
    if (!shared_) log::info("capture: no shared memory with this X server; reading through the connection");
}
ScreenGrabber::~ScreenGrabber() = default;

Size ScreenGrabber::ask_size() const {
    Window root = 0;
    int x = 0, y = 0;
    unsigned width = 0, height = 0, border = 0, depth = 0;
    if (!XGetGeometry(connection_.get(), connection_.root(), &root, &x, &y, &width, &height, &border, &depth)) return {};
    return {static_cast<int>(width), static_cast<int>(height)};
}

void ScreenGrabber::prepare(Size size) {
    shared_.reset();
    if (size.width <= 0 || size.height <= 0 || !XShmQueryExtension(connection_.get())) return;
    shared_ = std::make_unique<Image>(connection_, size);
    if (!shared_->usable()) shared_.reset();
}

const std::uint32_t* ScreenGrabber::grab(const Rect& area) {
    if (area.empty() || connection_.lost()) return nullptr;
    connection_.take_error();
    if (!shared_) return grab_plain(area);
    const auto* pixels = shared_->grab(area);
    refusals_ = pixels ? 0 : refusals_ + 1;
    if (refusals_ == refusals_borne) shared_.reset();  // not a matter of size, then
    return pixels;
}

const std::uint32_t* ScreenGrabber::grab_plain(const Rect& area) {
    XImage* image = XGetImage(connection_.get(), connection_.root(), area.x, area.y, static_cast<unsigned>(area.width),
                              static_cast<unsigned>(area.height), AllPlanes, ZPixmap);
    if (!image) return nullptr;
    const auto pixels = static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height);
    if (plain_pixels_ < pixels) {
        plain_ = std::make_unique<std::uint32_t[]>(pixels);
        plain_pixels_ = pixels;
    }
    for (int y = 0; y < area.height; ++y)
        std::memcpy(plain_.get() + static_cast<std::size_t>(y) * static_cast<std::size_t>(area.width),
                    image->data + static_cast<std::ptrdiff_t>(y) * image->bytes_per_line, static_cast<std::size_t>(area.width) * 4);
    XDestroyImage(image);
    clear_padding(plain_.get(), pixels);
    return plain_.get();
}

}  // namespace pronto::host::x11
