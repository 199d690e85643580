#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

#include <algorithm>
#include <cmath>
#include <array>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pronto::test {

namespace {

void send_all(int fd, const void* data, std::size_t count) {
    auto* at = static_cast<const char*>(data);
    while (count > 0) {
        const ssize_t sent = ::send(fd, at, count, MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += sent;
        count -= static_cast<std::size_t>(sent);
    }
}

void read_all(int fd, void* data, std::size_t count) {
    if (::recv(fd, data, count, MSG_WAITALL) != static_cast<ssize_t>(count)) throw std::runtime_error("the peer left");
}

}  // namespace

Ends::Ends() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
    left = ends[0];
    right = ends[1];
}

Bridge::Bridge() : wake_(::eventfd(0, EFD_CLOEXEC)) {}

Bridge::~Bridge() {
    ::shutdown(viewer_.right, SHUT_RDWR);
    ::shutdown(server_.right, SHUT_RDWR);
    ::eventfd_write(wake_, 1);
    if (thread_.joinable()) thread_.join();
    for (const int fd : {viewer_.right, server_.right, wake_}) ::close(fd);
}

int Bridge::greet() {
    const auto greeting = vnc::ScreenServer::greeting;
    send_all(viewer_.right, greeting.data(), greeting.size());
    std::array<char, vnc::ScreenServer::answer_bytes> answer;
    read_all(viewer_.right, answer.data(), answer.size());
    send_all(server_.right, answer.data(), answer.size());
    return server_.left;
}

void Bridge::start() {
    std::array<char, vnc::ScreenServer::greeting.size()> dropped;
    read_all(server_.right, dropped.data(), dropped.size());
    thread_ = std::thread([this] { run(); });
}

void Bridge::stall() {
    const std::lock_guard lock(mutex_);
    stalled_ = true;
    ::eventfd_write(wake_, 1);
}

void Bridge::end() {
    stall();
    thread_.join();
    ::shutdown(viewer_.right, SHUT_WR);
}

Bytes Bridge::from_server() {
    const std::lock_guard lock(mutex_);
    return from_server_;
}

void Bridge::run() {
    std::array<Byte, 65536> buffer;
    for (;;) {
        pollfd waiting[] = {{viewer_.right, POLLIN, 0}, {server_.right, POLLIN, 0}, {wake_, POLLIN, 0}};
        ::poll(waiting, 3, -1);
        {
            const std::lock_guard lock(mutex_);
            if (stalled_ || waiting[2].revents) return;
        }
        for (const int side : {0, 1}) {
            if (!waiting[side].revents) continue;
            const ssize_t got = ::recv(waiting[side].fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                ::shutdown(waiting[1 - side].fd, SHUT_RDWR);
                return;
            }
            const auto count = static_cast<std::size_t>(got);
            if (side == 1) {
                const std::lock_guard lock(mutex_);
                append(from_server_, ByteView(buffer.data(), count));
            }
            send_all(waiting[1 - side].fd, buffer.data(), count);
        }
    }
}

void RecordingSink::key(std::uint32_t keysym, bool down) {
    board_.change([&] { events_.push_back(fmt::format("key {:x} {}", keysym, down ? "down" : "up")); });
}

void RecordingSink::pointer(Point at, unsigned buttons) {
    board_.change([&] { events_.push_back(fmt::format("pointer {},{} {}", at.x, at.y, buttons)); });
}

bool RecordingSink::wait_for(const std::vector<std::string>& events) {
    return board_.wait([&] { return events_ == events; });
}

std::vector<std::string> RecordingSink::events() {
    std::vector<std::string> copy;
    board_.change([&] { copy = events_; });
    return copy;
}

ScreenPair::ScreenPair(std::shared_ptr<vnc::SharedScreen> shown, vnc::ScreenClient::Options options,
                       vnc::ScreenServer::Options server_options)
    : screen(std::move(shown)) {
    vnc::ScreenClient::Events events;
    events.resized = [this](Size size) { board.change([&] { sizes.push_back(size); }); };
    events.updated = [this](Rect area) { board.change([&] { areas.push_back(area); }); };
    events.update_finished = [this] {
        board.change([&] {
            ++updates;
            if (seen_) after_update = seen_->picture();
            last_update = std::exchange(areas, {});
        });
    };
    events.cursor_changed = [this] { board.change([] {}); };
    events.cut_text = [this](std::string text) { board.change([&] { copied.push_back(std::move(text)); }); };
    events.closed = [this](std::string why) { board.change([&] { why_viewer_closed = std::move(why); }); };
    server_options.name = "test";
    server_options.closed = [this](std::string why) { board.change([&] { why_server_closed = std::move(why); }); };
    client = std::make_unique<vnc::ScreenClient>(bridge.viewer_end(), options, std::move(events));
    board.change([&] { seen_ = client.get(); });
    const int fd = bridge.greet();
    server = std::make_unique<vnc::ScreenServer>(fd, screen, input, std::move(server_options));
    bridge.start();
}

ScreenPair::~ScreenPair() {
    server.reset();
    end_client();
}

void ScreenPair::end_client() {
    board.change([&] { seen_ = nullptr; });
    client.reset();
}

bool ScreenPair::shows_screen(int tolerance) {
    const vnc::Picture wanted = screen->picture();
    return board.wait([&] { return difference(client->picture(), wanted) <= tolerance; });
}

bool ScreenPair::resembles_screen(double db) {
    const vnc::Picture wanted = screen->picture();
    return board.wait([&] { return likeness(client->picture(), wanted) >= db; });
}

bool ScreenPair::shows_cursor(const vnc::CursorShape& shape) {
    return board.wait([&] { return client->cursor() == shape; });
}

bool ScreenPair::viewer_closed(std::string* why) {
    const bool closed = board.wait([&] { return !why_viewer_closed.empty(); });
    if (why) *why = why_viewer_closed;
    return closed;
}

bool ScreenPair::server_closed() {
    return board.wait([&] { return !why_server_closed.empty(); });
}

double likeness(const vnc::Picture& a, const vnc::Picture& b) {
    if (a.size != b.size || a.pixels.empty()) return 0;
    double squares = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        for (const int shift : {16, 8, 0}) {
            const double off = static_cast<int>(a.pixels[i] >> shift & 255) - static_cast<int>(b.pixels[i] >> shift & 255);
            squares += off * off;
        }
    return squares == 0 ? HUGE_VAL : 10 * std::log10(255.0 * 255.0 * 3 * static_cast<double>(a.pixels.size()) / squares);
}

int difference(const vnc::Picture& a, const vnc::Picture& b) {
    if (a.size != b.size) return 256;
    int most = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        for (const int shift : {16, 8, 0})
            most = std::max(most, std::abs(static_cast<int>(a.pixels[i] >> shift & 255) -
                                           static_cast<int>(b.pixels[i] >> shift & 255)));
    return most;
}

std::vector<std::uint32_t> noise(Size size, unsigned seed) {
    std::minstd_rand random(seed);
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
    for (std::uint32_t& pixel : pixels) pixel = random() & 0xFFFFFF;
    return pixels;
}

vnc::Picture varied(Size size, unsigned seed) {
    vnc::Picture picture{size, noise(size, seed)};
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            std::uint32_t& pixel = picture.row(y)[x];
            const auto across = static_cast<std::uint32_t>(x);
            const auto down = static_cast<std::uint32_t>(y);
            switch ((x * 5 / size.width + static_cast<int>(seed)) % 5) {
                case 0:
                    pixel = 0x204060 * (seed + 1) & 0xFFFFFF;
                    break;  // flat
                case 1:
                    pixel = (across ^ down) & 4 ? 0xFFFFFF : 0;
                    break;  // two colours
                case 2:
                    pixel = (across / 3 + down / 5) % 7 * 0x102030;
                    break;  // a few colours
                case 3:
                    pixel = (across & 255) << 16 | (down & 255) << 8 | ((across + down) & 255);
                    break;  // smooth
                default:
                    break;  // noise
            }
        }
    return picture;
}

}  // namespace pronto::test
