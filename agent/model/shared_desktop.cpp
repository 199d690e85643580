#include "agent/model/shared_desktop.hpp"

#include <map>

#include "agent/host/display_watch.hpp"
#include "agent/host/screen_session.hpp"
#include "rfb-ext/base/computer.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::agent {
namespace {

class SharedDesktop final : public Screen {
public:
    SharedDesktop(Mailbox& mailbox, const std::string& display, Events events)
        : mailbox_(mailbox),
          heard_(std::make_shared<Events>(std::move(events))),
          display_(display),
          session_({display, host_name()}, forwarded()) {}

    void open() override {
        close();
        watch_ = host::watch_display(
            display_, [this](std::string why) { post([why](Events& to, host::ScreenSession&) { to.gone(why); }); });
    }
    void close() override { watch_.reset(); }
    void start(int leg, int fd, control::Mode mode) override {
        const auto viewer = session_.start(fd, mode);
        stop(leg);  // only now: the capture goes on
        legs_[leg] = viewer;
    }
    void stop(int leg) override {
        if (const auto had = legs_.extract(leg)) session_.stop(had.mapped());
    }
    void stop() override {
        legs_.clear();
        session_.stop();
    }
    void set_clipboard(std::string text) override { session_.set_clipboard(std::move(text)); }

private:
    host::ScreenSession::Events forwarded() {
        host::ScreenSession::Events events;
        events.copied = [this](std::string text) {
            post([text](Events& to, host::ScreenSession& session) {
                session.show_copied(text);
                to.copied(text);
            });
        };
        events.copied_too_much = [this] { post([](Events& to, host::ScreenSession&) { to.copied_too_much(); }); };
        events.lost = [this](std::string why) { post([why](Events& to, host::ScreenSession&) { to.lost(why); }); };
        events.viewer_gone = [this](host::ScreenSession::Viewer viewer, const std::string& why) {
            log::info("screen: {}", why);
            post([this, viewer](Events&, host::ScreenSession& session) {
                session.stop(viewer);
                std::erase_if(legs_, [viewer](const auto& each) { return each.second == viewer; });
            });
        };
        return events;
    }
    template <class Letter>
    void post(Letter letter) {
        mailbox_.post([this, alive = std::weak_ptr(heard_), letter] {
            if (const auto events = alive.lock()) letter(*events, session_);
        });
    }

    Mailbox& mailbox_;
    std::shared_ptr<Events> heard_;
    std::string display_;
    host::ScreenSession session_;
    std::map<int, host::ScreenSession::Viewer> legs_;
    std::unique_ptr<host::DisplayWatch> watch_;
};

}  // namespace

MakeScreen share_display(Mailbox& mailbox, const std::string& display) {
    return [&mailbox, display](Screen::Events events) -> std::unique_ptr<Screen> {
        return std::make_unique<SharedDesktop>(mailbox, display, std::move(events));
    };
}

}  // namespace pronto::agent
