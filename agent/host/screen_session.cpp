#include "agent/host/screen_session.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "agent/host/capture/capture.hpp"
#include "agent/host/clipboard/clipboard.hpp"
#include "agent/host/input/input.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::host {
namespace {

/// The captured picture on its way to the viewers. The screen is made when its size is known: with the first picture.
class SharedSink final : public ScreenSink {
public:
    std::shared_ptr<vnc::SharedScreen> screen() const { return screen_; }

    void resize(Size size) override {
        if (screen_) screen_->resize(size);
        else screen_ = std::make_shared<vnc::SharedScreen>(size);
    }
    void paint(const Rect& area, const std::uint32_t* pixels, std::size_t stride) override { screen_->paint(area, pixels, stride); }
    void move(const Rect& area, Point from) override { screen_->move(area, from); }
    void set_cursor(vnc::CursorShape shape) override { screen_->set_cursor(std::move(shape)); }

private:
    std::shared_ptr<vnc::SharedScreen> screen_;
};

/// Several viewers' pointers are one pointer here: a button is down while any of them holds it.
class SharedInput {
public:
    explicit SharedInput(Input& input) : input_(input) {}

    void key(std::uint32_t keysym, bool down) { input_.key(keysym, down); }
    void pointer(const void* who, Point at, unsigned buttons) {
        const std::scoped_lock hold(lock_);
        buttons_[who] = buttons;
        unsigned all = 0;
        for (const auto& [viewer, held] : buttons_) all |= held;
        input_.pointer(at, all);
    }
    void forget(const void* who) {
        const std::scoped_lock hold(lock_);
        buttons_.erase(who);
    }

private:
    Input& input_;
    std::mutex lock_;
    std::map<const void*, unsigned> buttons_;
};

class ViewerInput final : public vnc::InputSink {
public:
    explicit ViewerInput(SharedInput& to) : to_(to) {}
    ~ViewerInput() override { to_.forget(this); }
    void key(std::uint32_t keysym, bool down) override { to_.key(keysym, down); }
    void pointer(Point at, unsigned buttons) override { to_.pointer(this, at, buttons); }

private:
    SharedInput& to_;
};

}  // namespace

class ScreenSession::Impl {
public:
    Impl(Options options, Events events) : options_(std::move(options)), events_(std::move(events)) {}
    ~Impl() { stop_all(); }

    Viewer start(int fd, control::Mode mode) {
        try {
            open(mode);
        } catch (...) {
            close(fd);
            if (viewers_.empty()) close_all();
            throw;
        }
        const Viewer id = ++last_viewer_;
        auto& viewer = viewers_[id];
        viewer.mode = mode;
        if (mode == control::Mode::control) viewer.input = std::make_unique<ViewerInput>(*shared_input_);
        vnc::ScreenServer::Options options;
        options.name = options_.name;
        options.view_only = mode == control::Mode::view;
        options.cut_text = [this](std::string text) {
            const std::scoped_lock hold(clipboard_lock_);
            if (clipboard_) clipboard_->set(std::move(text));
        };
        options.closed = [this, id](std::string why) {
            if (events_.viewer_gone) events_.viewer_gone(id, std::move(why));
        };
        try {
            vnc::InputSink& sink = viewer.input ? static_cast<vnc::InputSink&>(*viewer.input) : no_input_;
            viewer.server = std::make_unique<vnc::ScreenServer>(fd, sink_.screen(), sink, std::move(options));
        } catch (...) {
            stop(id);
            throw;
        }
        return id;
    }

    void stop(Viewer id) {
        viewers_.erase(id);
        const bool controlled = std::any_of(viewers_.begin(), viewers_.end(),
                                            [](const auto& each) { return each.second.mode == control::Mode::control; });
        if (!controlled) close_input();
        if (viewers_.empty()) close_all();
    }
    void stop_all() {
        viewers_.clear();
        close_all();
    }

    void show_copied(const std::string& text) {
        for (auto& [id, viewer] : viewers_)
            if (viewer.mode == control::Mode::control) viewer.server->send_cut_text(text);
    }
    void set_clipboard(std::string text) {
        const std::scoped_lock hold(clipboard_lock_);
        if (clipboard_) clipboard_->set(std::move(text));
    }

private:
    class NoInput final : public vnc::InputSink {
    public:
        void key(std::uint32_t, bool) override {}
        void pointer(Point, unsigned) override {}
    };
    struct OneViewer {
        control::Mode mode = control::Mode::view;
        std::unique_ptr<ViewerInput> input;
        std::unique_ptr<vnc::ScreenServer> server;  // after the input it uses: goes first
    };

    void open(control::Mode mode) {
        if (!capture_)
            capture_ = start_capture(options_.display, sink_, [this](std::string why) {
                if (events_.lost) events_.lost(std::move(why));
            });
        if (mode != control::Mode::control || input_) return;
        input_ = open_input(options_.display);
        shared_input_ = std::make_unique<SharedInput>(*input_);
        auto opened = open_clipboard(options_.display, [this](std::string text) {
            if (events_.copied) events_.copied(std::move(text));
        }, [this] {
            if (events_.copied_too_much) events_.copied_too_much();
        });
        const std::scoped_lock hold(clipboard_lock_);
        clipboard_ = std::move(opened);
    }
    void close_input() {
        std::unique_ptr<Clipboard> closing;
        {
            const std::scoped_lock hold(clipboard_lock_);
            closing = std::move(clipboard_);
        }
        closing.reset();
        shared_input_.reset();
        input_.reset();
    }
    void close_all() {
        close_input();
        capture_.reset();
        sink_ = SharedSink();
    }

    Options options_;
    Events events_;
    SharedSink sink_;
    NoInput no_input_;
    std::unique_ptr<Capture> capture_;
    std::unique_ptr<Input> input_;
    std::unique_ptr<SharedInput> shared_input_;
    std::mutex clipboard_lock_;  ///< viewers' threads put text there
    std::unique_ptr<Clipboard> clipboard_;
    std::map<Viewer, OneViewer> viewers_;
    Viewer last_viewer_ = 0;
};

ScreenSession::ScreenSession(Options options, Events events)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(events))) {}
ScreenSession::~ScreenSession() = default;
ScreenSession::Viewer ScreenSession::start(int fd, control::Mode mode) { return impl_->start(fd, mode); }
void ScreenSession::stop(Viewer viewer) { impl_->stop(viewer); }
void ScreenSession::stop() { impl_->stop_all(); }
void ScreenSession::show_copied(const std::string& text) { impl_->show_copied(text); }
void ScreenSession::set_clipboard(std::string text) { impl_->set_clipboard(std::move(text)); }

}  // namespace pronto::host
