#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/json.hpp>

#include "rfb-ext/vnc/screen_client.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"
#include "tests/bench/network/parts.hpp"

namespace pronto::bench {

namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using vnc::Picture;

constexpr std::chrono::seconds patience{30};

int dial(const ProbeOrder& order) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(order.port);
    if (::inet_pton(AF_INET, order.host.c_str(), &address.sin_addr) != 1 ||
        ::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to " + order.host);
    return made;
}

/// RFC 6143 section 7.1 up to SecurityResult, with None or VncAuth.
void log_in(int server, const std::string& password) {
    receive_exactly(server, 12);
    send_all(server, "RFB 003.008\n");
    const auto count = static_cast<unsigned char>(receive_exactly(server, 1)[0]);
    const std::string types = receive_exactly(server, count);
    const bool none = types.find('\1') != std::string::npos;
    send_all(server, none ? "\1" : "\2");
    if (!none) {
        const std::string challenge = receive_exactly(server, 16);
        wire::Challenge asked{};
        std::copy(challenge.begin(), challenge.end(), asked.begin());
        const auto answer = wire::vnc_response(asked, password);
        send_all(server, std::string(answer.begin(), answer.end()));
    }
    if (receive_exactly(server, 4) != std::string(4, '\0')) throw std::runtime_error("the server refused");
}

/// Plays the part of the handshake that is over towards the client, which knows None only.
void let_client_in(int client) {
    send_all(client, "RFB 003.008\n");
    receive_exactly(client, 12);
    send_all(client, "\1\1");
    receive_exactly(client, 1);
    send_all(client, std::string(4, '\0'));
}

std::uint32_t number_at(const Picture& picture, int row, int bits) {
    std::uint32_t number = 0;
    const auto* pixels = picture.row(row + cells::side / 2);
    for (int bit = 0; bit < bits; ++bit)
        if ((pixels[bit * cells::side + cells::side / 2] >> 8 & 255) > 127) number |= 1u << bit;
    return number;
}

std::uint32_t age_of(std::uint32_t stamp) {
    return (now_ms() - stamp) & ((1u << cells::time_bits) - 1);
}

/// What the viewer's screen shows, looked at after each update.
class Watch {
public:
    void look(const Picture& picture) {
        if (picture.size.width < busy_width || picture.size.height < key_row + cells::side) return;
        const std::lock_guard hold(lock_);
        keys_ = number_at(picture, key_row, cells::key_bits);
        std::uint32_t oldest = 0;
        bool fresh = false;
        for (std::size_t at = 0; at < 3; ++at) {
            const std::uint32_t stamp = number_at(picture, time_rows[at], cells::time_bits);
            const std::uint32_t age = age_of(stamp);
            oldest = std::max(oldest, age);
            if (stamp == stamps_[at]) continue;
            stamps_[at] = stamp;
            ages_.push_back(age);
            fresh |= at == 1;
        }
        if (fresh) ++pictures_;
        oldest_.push_back(oldest);
        changed_.notify_all();
    }
    std::uint32_t keys() {
        const std::lock_guard hold(lock_);
        return keys_;
    }
    /// Milliseconds until the key cells say something else than `before`.
    double await_key(std::uint32_t before, Clock::time_point since) {
        std::unique_lock hold(lock_);
        if (!changed_.wait_for(hold, patience, [&] { return keys_ != before; }))
            throw std::runtime_error("a key was not answered");
        return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
    }
    void clear() {
        const std::lock_guard hold(lock_);
        pictures_ = 0;
        ages_.clear();
        oldest_.clear();
    }
    json::object summary(double seconds) {
        const std::lock_guard hold(lock_);
        return {{"pictures_per_second", pictures_ / seconds},
                {"age_ms", json::value_from(ages_)},
                {"oldest_ms", json::value_from(oldest_)}};
    }

private:
    std::mutex lock_;
    std::condition_variable changed_;
    std::uint32_t keys_ = 0;
    std::uint32_t stamps_[3] = {};
    int pictures_ = 0;
    std::vector<std::uint32_t> ages_;
    std::vector<std::uint32_t> oldest_;
};

std::vector<double> press_keys(vnc::ScreenClient& client, Watch& watch, int seconds) {
    std::vector<double> took;
    std::minstd_rand dice(7);
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    while (Clock::now() < end) {
        const auto before = watch.keys();
        const auto pressed = Clock::now();
        client.key('a', true);
        client.key('a', false);
        took.push_back(watch.await_key(before, pressed));
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + dice() % 200));  // at any moment of a picture
    }
    return took;
}

/// Both directions between a server and our client.
class Pumps {
public:
    Pumps(int server, int client)
        : server_(server), pictures_([=] { pump(server, client, 0); }), input_([=] { pump(client, server, 0); }) {}
    ~Pumps() {
        ::shutdown(server_, SHUT_RDWR);
        pictures_.join();
        input_.join();
    }
    Pumps(const Pumps&) = delete;
    Pumps& operator=(const Pumps&) = delete;

private:
    int server_;
    std::thread pictures_;
    std::thread input_;
};

}  // namespace

int run_probe(const ProbeOrder& order) {
    const int server = dial(order);
    log_in(server, order.password);
    int ours = -1;
    int theirs = -1;
    make_pair(ours, theirs);
    std::atomic<vnc::ScreenClient*> made{nullptr};
    Watch watch;
    std::condition_variable first;
    std::mutex first_lock;
    bool seen = false;
    const auto began = Clock::now();
    vnc::ScreenClient::Events events;
    events.update_finished = [&] {
        auto* self = made.load();
        if (!self) return;
        self->with_picture([&](const Picture& picture) { watch.look(picture); });
        const std::lock_guard hold(first_lock);
        seen = true;
        first.notify_all();
    };
    vnc::ScreenClient client(theirs, {}, events);
    made = &client;
    let_client_in(ours);
    const Pumps pumps(server, ours);
    json::object result;
    {
        std::unique_lock hold(first_lock);
        if (!first.wait_for(hold, patience, [&] { return seen; })) throw std::runtime_error("no picture");
    }
    result["first_picture_ms"] = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    std::this_thread::sleep_for(std::chrono::seconds(2));  // the rest of the first picture is not what is measured
    result["still_key_ms"] = json::value_from(press_keys(client, watch, order.seconds));
    client.key('b', true);
    client.key('b', false);
    std::this_thread::sleep_for(std::chrono::seconds(3));
    watch.clear();
    const auto busy = Clock::now();
    result["busy_key_ms"] = json::value_from(press_keys(client, watch, order.seconds));
    result["busy"] = watch.summary(std::chrono::duration<double>(Clock::now() - busy).count());
    client.key('b', true);
    client.key('b', false);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    std::printf("%s\n", json::serialize(result).c_str());
    return 0;
}

}  // namespace pronto::bench
