#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/screen_client.hpp"
#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::test {

/// Something that changes on another thread and can be waited for.
class Noticeboard {
public:
    template <class Change>
    void change(Change&& change_it) {
        {
            const std::lock_guard lock(mutex_);
            change_it();
        }
        changed_.notify_all();
    }
    /// True as soon as `holds` does; false if it has not within ten seconds.
    bool wait(const std::function<bool()>& holds) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), holds);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

/// Two ends of a socketpair.
struct Ends {
    Ends();
    int left = -1;
    int right = -1;
};

/// What stands between a ScreenServer and its viewer: greets in the library's stead, then passes bytes both ways.
class Bridge {
public:
    Bridge();
    ~Bridge();
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;

    int viewer_end() const { return viewer_.left; }
    /// Greets (a viewer must be at its end already); then the server may be constructed on the returned descriptor.
    int greet();
    /// From now on; everything the server sends is kept.
    void start();
    /// No byte reaches the viewer any more, and none is taken from the server.
    void stall();
    /// Stalls, and tells the viewer that nothing follows what it was sent: all of from_server(), perhaps half a message at
    /// its end.
    void end();
    Bytes from_server();

private:
    void run();

    Ends viewer_;
    Ends server_;
    std::mutex mutex_;
    Bytes from_server_;
    bool stalled_ = false;
    int wake_ = -1;
    std::thread thread_;
};

/// Keeps what came.
class RecordingSink final : public vnc::InputSink {
public:
    void key(std::uint32_t keysym, bool down) override;
    void pointer(Point at, unsigned buttons) override;
    bool wait_for(const std::vector<std::string>& events);
    std::vector<std::string> events();

private:
    Noticeboard board_;
    std::vector<std::string> events_;
};

/// A screen, its server, the bridge and a viewer, connected.
class ScreenPair {
public:
    explicit ScreenPair(std::shared_ptr<vnc::SharedScreen> screen, vnc::ScreenClient::Options options = {},
                        vnc::ScreenServer::Options server_options = {});
    ~ScreenPair();

    /// The viewer shows exactly (each channel within `tolerance` of) the screen, sooner or later.
    bool shows_screen(int tolerance = 0);
    /// The peak signal-to-noise ratio of what it shows is at least that.
    bool resembles_screen(double db);
    bool shows_cursor(const vnc::CursorShape& shape);
    bool viewer_closed(std::string* why = nullptr);
    bool server_closed();
    void end_client();

    std::shared_ptr<vnc::SharedScreen> screen;
    RecordingSink input;
    Bridge bridge;
    Noticeboard board;
    std::vector<Size> sizes;
    std::vector<Rect> last_update;  ///< areas of the last whole update
    vnc::Picture after_update;      ///< what the viewer had drawn then
    int updates = 0;
    std::vector<Rect> areas;  ///< of the update under way
    std::vector<std::string> copied;  ///< what the viewer was told of
    std::string why_viewer_closed;
    std::string why_server_closed;
    std::unique_ptr<vnc::ScreenClient> client;
    std::unique_ptr<vnc::ScreenServer> server;

private:
    const vnc::ScreenClient* seen_ = nullptr;  ///< the client, for its own thread; none once it is about to end
};

/// The largest difference of any channel of any pixel; 256 if the sizes differ.
int difference(const vnc::Picture& a, const vnc::Picture& b);
/// Peak signal-to-noise ratio of all channels, in dB; 0 if the sizes differ, infinite if nothing does.
double likeness(const vnc::Picture& a, const vnc::Picture& b);
/// Pseudo-random pixels, the same for the same seed.
std::vector<std::uint32_t> noise(Size size, unsigned seed);
/// A picture with flat areas, few-coloured ones, gradients and noise: every way of Tight is taken.
vnc::Picture varied(Size size, unsigned seed);

}  // namespace pronto::test
