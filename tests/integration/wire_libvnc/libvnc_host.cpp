#include "tests/integration/wire_libvnc/libvnc_host.hpp"

#include <fcntl.h>
#include <rfb/rfb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::wire::test {

namespace {

constexpr std::string_view version = "RFB 003.008\n";

std::uint32_t noise(std::uint32_t& state) {
    state = state * 1'664'525 + 1'013'904'223;
    return state >> 8;
}

/// Left third a gradient, middle flat areas and single-coloured dots, right third noise.
void paint(std::vector<std::uint32_t>& pixels, Size size, unsigned seed) {
    std::uint32_t state = seed;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            auto& pixel = pixels[static_cast<std::size_t>(y * size.width + x)];
            if (x < size.width / 3)
                pixel = static_cast<std::uint32_t>(x * 3 + static_cast<int>(seed)) % 256 << 16 |
                        static_cast<std::uint32_t>(y * 2) % 256;
            else if (x < size.width * 2 / 3)
                pixel = (x + y) % 13 == 0 ? 0x00FF'FFFF
                                          : static_cast<std::uint32_t>(y / 20 + static_cast<int>(seed)) * 0x2040'11;
            else
                pixel = noise(state);
        }
}

}  // namespace

class LibvncHost::Impl {
public:
    Impl(Size size, const std::string& password) : size_(size), password_(password), pixels_(area(size)) {
        std::signal(SIGPIPE, SIG_IGN);
        rfbLogEnable(FALSE);
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) throw std::runtime_error("no socket pair");
        viewer_ = pair[0];
        fcntl(viewer_, F_SETFL, O_NONBLOCK);
        screen_ = rfbGetScreen(nullptr, nullptr, size.width, size.height, 8, 3, 4);
        screen_->serverFormat.redShift = 16, screen_->serverFormat.greenShift = 8, screen_->serverFormat.blueShift = 0;
        screen_->frameBuffer = reinterpret_cast<char*>(pixels_.data());
        screen_->deferUpdateTime = 0;
        screen_->desktopName = "made up";
        screen_->cursor = rfbMakeXCursor(1, 1, blank_, blank_);
        if (!password_.empty()) {
            screen_->authPasswdData = passwords_;
            screen_->passwordCheck = rfbCheckPasswordByList;
        }
        paint(pixels_, size_, 1);
        send(as_bytes(version));  // before rfbNewClient, which would wait to see whether we speak WebSocket
        client_ = rfbNewClient(screen_, pair[1]);
        if (!client_) throw std::runtime_error("LibVNCServer takes no client");
    }
    ~Impl() {
        ::close(viewer_);
        rfbScreenCleanup(screen_);
    }

    void send(ByteView bytes) {
        if (::write(viewer_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error("the pair takes no more");
    }

    /// The pair's buffer may hold less than an update: the server's writing is helped along by reading in between.
    Bytes received() {
        Bytes out;
        for (int idle = 0; idle < 3; ++idle) {
            rfbProcessEvents(screen_, 0);
            if (drain(out)) idle = -1;
        }
        return out;
    }

    void changed(const Rect& area) {
        rfbMarkRectAsModified(screen_, area.x, area.y, area.x + area.width, area.y + area.height);
    }
    void changed() { changed({0, 0, size_.width, size_.height}); }

    static std::size_t area(Size size) { return static_cast<std::size_t>(size.width * size.height); }

    bool drain(Bytes& out) {
        Byte buffer[65536];
        bool any = false;
        for (ssize_t got; (got = ::read(viewer_, buffer, sizeof buffer)) > 0; any = true)
            append(out, ByteView(buffer, static_cast<std::size_t>(got)));
        return any;
    }

    Size size_;
    std::string password_;
    char* passwords_[2] = {password_.data(), nullptr};
    std::vector<std::uint32_t> pixels_;
    rfbScreenInfoPtr screen_ = nullptr;
    rfbClientPtr client_ = nullptr;
    int viewer_ = -1;
    char blank_[2] = " ";
    std::string shape_;
};

LibvncHost::LibvncHost(Size size, const std::string& password) : impl_(std::make_unique<Impl>(size, password)) {}
LibvncHost::~LibvncHost() = default;
void LibvncHost::send(ByteView bytes) {
    impl_->send(bytes);
}
Bytes LibvncHost::received() {
    return impl_->received();
}

const std::vector<std::uint32_t>& LibvncHost::desktop() const {
    return impl_->pixels_;
}

void LibvncHost::draw(unsigned seed) {
    paint(impl_->pixels_, impl_->size_, seed);
    impl_->changed();
}

void LibvncHost::scroll_up(int lines) {
    rfbDoCopyRect(impl_->screen_, 0, 0, impl_->size_.width, impl_->size_.height - lines, 0, -lines);
}

void LibvncHost::resize(Size size, unsigned seed) {
    std::vector<std::uint32_t> pixels(Impl::area(size));
    paint(pixels, size, seed);
    rfbNewFramebuffer(impl_->screen_, reinterpret_cast<char*>(pixels.data()), size.width, size.height, 8, 3, 4);
    impl_->screen_->serverFormat.redShift = 16, impl_->screen_->serverFormat.greenShift = 8,
    impl_->screen_->serverFormat.blueShift = 0;
    impl_->pixels_.swap(pixels);
    impl_->size_ = size;
}

void LibvncHost::set_cursor(Size size) {
    impl_->shape_.assign(Impl::area(size), 'x');
    rfbSetCursor(impl_->screen_, rfbMakeXCursor(size.width, size.height, impl_->shape_.data(), impl_->shape_.data()));
}

void LibvncHost::move_cursor(Point to) {
    impl_->screen_->cursorX = to.x, impl_->screen_->cursorY = to.y;
    impl_->client_->cursorWasMoved = TRUE;
}

void LibvncHost::ring() {
    rfbSendBell(impl_->screen_);
}

void LibvncHost::say_clipboard(std::string text) {
    rfbSendServerCutText(impl_->screen_, text.data(), static_cast<int>(text.size()));
}

namespace {

/// Until ServerInit; what came behind it begins the messages.
void shake_hands(LibvncHost& host, Played& played) {
    HostHandshake handshake;
    Bytes held;
    bool done = false;
    for (int round = 0; round < 20 && !done; ++round) {
        append(held, host.received());
        auto progress = handshake.feed(held).value();
        const auto used = held.begin() + static_cast<std::ptrdiff_t>(progress.consumed);
        played.handshake.insert(played.handshake.end(), held.begin(), used);
        held.erase(held.begin(), used);
        // The host has had our version already.
        if (as_text(progress.reply).starts_with(version))
            progress.reply.erase(progress.reply.begin(), progress.reply.begin() + version.size());
        if (!progress.reply.empty()) host.send(progress.reply);
        done = progress.done;
    }
    if (!done) throw std::runtime_error("no handshake with LibVNCServer");
    played.init = handshake.server_init();
    played.messages = held;
}

}  // namespace

Played play_session(Size size, const PixelFormat& format, const std::vector<std::int32_t>& encodings) {
    LibvncHost host(size);
    Played played;
    shake_hands(host, played);
    host.send(write_set_pixel_format(format));
    host.send(write_set_encodings(encodings));
    host.send(write_update_request({0, 0, size.width, size.height}, false));
    append(played.messages, host.received());
    const Size larger{size.width + 16, size.height + 9};
    const std::vector<std::function<void()>> changes{
        [&] { host.draw(2); },
        [&] { host.scroll_up(10); },
        [&] {
            host.set_cursor({13, 11});
        },
        [&] {
            host.move_cursor({7, 9});
        },
        [&] { host.ring(); },
        [&] { host.say_clipboard("clipped"); },
        [&] { host.draw(3); },
        [&] { host.resize(larger, 4); },
        [&] { host.draw(5); },
        [&] {
            host.set_cursor({0, 0});
        },
        [&] { host.resize(size, 6); },
        [&] { host.draw(7); },
    };
    for (const auto& change : changes) {
        host.send(write_update_request({0, 0, larger.width, larger.height}, true));
        append(played.messages, host.received());
        change();
        append(played.messages, host.received());
    }
    host.send(write_update_request({0, 0, size.width, size.height}, false));
    append(played.messages, host.received());
    played.last = host.desktop();
    return played;
}

}  // namespace pronto::wire::test
