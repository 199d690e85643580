#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/screen_client.hpp"

namespace pronto::viewer {

/// What a window wants to know of its screen; called on the owner's thread.
class ScreenWatcher {
public:
    virtual ~ScreenWatcher() = default;
    virtual void screen_resized(Size /*size*/) {}
    /// Everything that changed lies in `area`; several updates may come as one.
    virtual void screen_updated(const Rect& /*area*/) {}
    virtual void cursor_changed() {}
};

/// One session's screen: a ScreenClient on its own thread, heard on the owner's thread.
class RemoteSession {
public:
    /// All on the owner's thread, through the mailbox; nothing comes after the destructor.
    struct Events {
        std::function<void(Size, SteadyTime)> showing;   ///< once: the first whole picture, and when it was there
        std::function<void(Size)> resized;
        std::function<void(const std::string& text)> copied;  ///< ServerCutText in UTF-8; of several at once the newest
        std::function<void(std::string why)> closed;     ///< once
    };
    /// Takes the descriptor over. Throws std::runtime_error if no client can run on it.
    RemoteSession(int fd, bool view_only, Mailbox& mailbox, const Clock& clock, Events events);
    ~RemoteSession();
    RemoteSession(const RemoteSession&) = delete;
    RemoteSession& operator=(const RemoteSession&) = delete;

    // The owner's thread.
    void watch(ScreenWatcher* watcher) { watcher_ = watcher; }  ///< nullptr: nobody watches any more
    void key(std::uint32_t keysym, bool down);
    void pointer(Point at, unsigned buttons);
    void refresh();
    void set_view_only(bool view_only);
    void send_cut_text(const std::string& text);  ///< as vnc::ScreenClient does
    bool view_only() const { return view_only_; }

    // Any thread.
    vnc::Picture picture() const;
    void with_picture(const std::function<void(const vnc::Picture&)>& look) const;  ///< under a lock: be quick
    vnc::CursorShape cursor() const;
    /// Updates that drew something so far, and when the last of them was done.
    struct Progress {
        std::uint64_t updates = 0;
        SteadyTime last{};
    };
    Progress progress() const;

private:
    struct Shared;
    static vnc::ScreenClient::Events client_events(std::shared_ptr<Shared> shared);
    template <class Change>
    static void report(const std::shared_ptr<Shared>& shared, Change change);
    void deliver();

    std::shared_ptr<Shared> shared_;
    Events events_;
    ScreenWatcher* watcher_ = nullptr;
    bool view_only_ = false;
    std::unique_ptr<vnc::ScreenClient> client_;
};

}  // namespace pronto::viewer
