#include "agent/host/clipboard/clipboard.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/host/clipboard/x11/selection_reader.hpp"
#include "agent/host/x11/waker.hpp"
#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::host {
namespace x11 {
namespace {

Window hidden_window(Connection& connection) {
    const Window window = XCreateSimpleWindow(connection.get(), connection.root(), -10, -10, 1, 1, 0, 0, 0);
    XSelectInput(connection.get(), window, PropertyChangeMask);
    return window;
}

class X11Clipboard final : public Clipboard {
public:
    X11Clipboard(const std::string& display, std::function<void(std::string)> changed, std::function<void()> too_long)
        : connection_(display),
          window_(hidden_window(connection_)),
          reader_(connection_, window_, std::move(too_long)),
          changed_(std::move(changed)) {
        Display* server = connection_.get();
        int error = 0, major = 5, minor = 0;
        require_extension(XFixesQueryExtension(server, &fixes_event_, &error) && XFixesQueryVersion(server, &major, &minor),
                          "XFIXES", "the clipboard");
        clipboard_ = XInternAtom(server, "CLIPBOARD", False);
        targets_ = XInternAtom(server, "TARGETS", False);
        utf8_ = XInternAtom(server, "UTF8_STRING", False);
        plain_ = XInternAtom(server, "text/plain;charset=utf-8", False);
        XFixesSelectSelectionInput(server, window_, clipboard_, XFixesSetSelectionOwnerNotifyMask);
        XSync(server, False);
        thread_ = std::thread([this] { run(); });
    }
    ~X11Clipboard() override {
        stopping_ = true;
        waker_.wake();
        thread_.join();
    }

    void set(std::string text) override {
        if (text.size() > control::longest_clipboard_bytes) return;
        {
            const std::scoped_lock hold(lock_);
            wanted_ = std::move(text);
        }
        waker_.wake();
    }

private:
    void run() {
        while (!stopping_ && !connection_.lost()) {
            if (XQLength(connection_.get()) == 0 && !waker_.wait(connection_.descriptor(), -1)) connection_.note_loss();
            if (stopping_ || connection_.lost()) break;
            own_what_is_wanted();
            while (!connection_.lost() && XPending(connection_.get()) > 0) {
                XEvent event;
                XNextEvent(connection_.get(), &event);
                take(event);
            }
            if (!connection_.lost()) XFlush(connection_.get());
        }
    }

    void own_what_is_wanted() {
        const std::scoped_lock hold(lock_);
        if (!wanted_) return;
        owned_ = std::move(*wanted_);
        wanted_.reset();
        XSetSelectionOwner(connection_.get(), clipboard_, window_, CurrentTime);
    }

    void take(XEvent& event) {
        if (event.type == fixes_event_ + XFixesSelectionNotify) {
            const auto& notice = reinterpret_cast<const XFixesSelectionNotifyEvent&>(event);
            if (notice.owner != None && notice.owner != window_) reader_.fetch(notice.selection_timestamp);
        } else if (event.type == SelectionRequest) {
            serve(event.xselectionrequest);
        } else if (auto text = reader_.take(event)) {
            tell(presentable(*text, control::longest_clipboard_bytes, true));
        }
    }

    void tell(std::string text) {
        // A clipboard manager may take over what we put there: no news.
        if (text.empty() || text == owned_) return;
        owned_.clear();
        changed_(std::move(text));
    }

    void serve(const XSelectionRequestEvent& request) {
        XSelectionEvent answer{};
        answer.type = SelectionNotify;
        answer.requestor = request.requestor;
        answer.selection = request.selection;
        answer.target = request.target;
        answer.time = request.time;
        answer.property = store(request) ? (request.property != None ? request.property : request.target) : None;
        XSendEvent(connection_.get(), request.requestor, False, 0, reinterpret_cast<XEvent*>(&answer));
    }

    bool store(const XSelectionRequestEvent& request) {
        const Atom property = request.property != None ? request.property : request.target;
        const auto change = [&](Atom type, int format, const void* data, std::size_t count) {
            XChangeProperty(connection_.get(), request.requestor, property, type, format, PropModeReplace,
                            static_cast<const unsigned char*>(data), static_cast<int>(count));
            return true;
        };
        if (request.target == targets_) {
            const std::array<Atom, 4> all{targets_, utf8_, plain_, XA_STRING};
            return change(XA_ATOM, 32, all.data(), all.size());
        }
        if (request.target == utf8_ || request.target == plain_) return change(request.target, 8, owned_.data(), owned_.size());
        if (request.target != XA_STRING) return false;
        const auto latin_1 = to_latin_1(owned_);
        return change(XA_STRING, 8, latin_1.data(), latin_1.size());
    }

    Connection connection_;
    Window window_;
    SelectionReader reader_;
    std::function<void(std::string)> changed_;
    int fixes_event_ = 0;
    Atom clipboard_ = None, targets_ = None, utf8_ = None, plain_ = None;
    std::string owned_;  ///< what we serve, or served last
    std::mutex lock_;
    std::optional<std::string> wanted_;
    Waker waker_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace
}  // namespace x11

std::unique_ptr<Clipboard> open_clipboard(const std::string& display, std::function<void(std::string)> changed,
                                          std::function<void()> too_long) {
    return std::make_unique<x11::X11Clipboard>(display, std::move(changed), std::move(too_long));
}

}  // namespace pronto::host
