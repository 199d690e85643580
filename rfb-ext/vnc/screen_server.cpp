#include "rfb-ext/vnc/screen_server.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/select.h>
#include <unistd.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/vnc/held_input.hpp"
#include "rfb-ext/vnc/library_log.hpp"
#include "rfb-ext/vnc/picture_flow.hpp"
#include "rfb-ext/vnc/server_cursor.hpp"
#include "rfb-ext/vnc/thread_end.hpp"
#include "rfb-ext/vnc/update_portion.hpp"

namespace pronto::vnc {

namespace {

/// rfbGetScreen and the handshake touch lists that all screens of the process share, without a lock of their own. (What
/// this cannot cover: rfbGetScreen initialises anew the mutex under which other screens walk their one-entry lists.)
std::mutex shared_lists;

/// The update buffer holds 2,047 CopyRect rectangles and the library does not look; a viewer chooses how torn its
/// requests are.
constexpr unsigned long most_copies = 1000;

/// Messages of the viewer that are read in a row, before pictures and the owner get their turn.
constexpr int most_messages_at_once = 64;

/// Our pixels' format, which rfbGetScreen and rfbNewFramebuffer set otherwise.
void set_format(rfbScreenInfo& screen) {
    screen.depth = 24;
    screen.serverFormat.depth = 24;
    screen.serverFormat.redShift = 16;
    screen.serverFormat.greenShift = 8;
    screen.serverFormat.blueShift = 0;
}

/// How many CopyRects the update that is about to be made would hold (as rfbSendFramebufferUpdate reckons it).
unsigned long copies_due(const rfbClientRec& viewer) {
    sraRegionPtr copies = sraRgnCreateRgn(viewer.copyRegion);
    sraRegionPtr source = sraRgnCreateRgn(viewer.requestedRegion);
    sraRgnOffset(source, viewer.copyDX, viewer.copyDY);
    sraRgnSubtract(copies, viewer.modifiedRegion);
    sraRgnAnd(copies, viewer.requestedRegion);
    sraRgnAnd(copies, source);
    const unsigned long count = sraRgnCountRects(copies);
    sraRgnDestroy(copies);
    sraRgnDestroy(source);
    return count;
}

void bound_copies(rfbClientRec* viewer) {
    if (sraRgnEmpty(viewer->copyRegion) || copies_due(*viewer) <= most_copies) return;
    sraRgnOr(viewer->modifiedRegion, viewer->copyRegion);
    sraRgnMakeEmpty(viewer->copyRegion);
}

/// The library selects: a descriptor over its sets' size would be written beside them.
int selectable(int fd) {
    if (fd >= 0 && fd < FD_SETSIZE) return fd;
    ::close(fd);
    throw std::runtime_error(
        fmt::format("descriptor {} cannot carry a screen: LibVNCServer takes 0 to {}", fd, FD_SETSIZE - 1));
}

}  // namespace

class ScreenServer::Impl {
public:
    Impl(int fd, std::shared_ptr<SharedScreen> screen, InputSink& input, Options options)
        : options_(std::move(options)),
          end_(selectable(fd)),
          held_(input),
          taker_(screen->subscribe([this] { end_.wake(); })) {
        quiet_the_library();
        make_screen();
        thread_ = std::thread([this, fd] { run(fd); });
    }

    ~Impl() {
        end_.cut();
        thread_.join();
        rfbScreenCleanup(screen_);
    }

    void send_cut_text(std::string text) {
        {
            const std::lock_guard lock(cut_text_lock_);
            cut_text_ = std::move(text);
        }
        end_.wake();
    }

private:
    void make_screen() {
        const auto first = taker_->take(picture_);
        {
            const std::lock_guard lock(shared_lists);
            screen_ = rfbGetScreen(nullptr, nullptr, first.size.width, first.size.height, 8, 3, 4);
        }
        if (!screen_) throw std::runtime_error("LibVNCServer could not make a screen");
        set_format(*screen_);
        screen_->frameBuffer = pixels();
        screen_->desktopName = options_.name.c_str();
        screen_->alwaysShared = TRUE;
        screen_->deferUpdateTime = 0;
        screen_->screenData = this;
        screen_->permitFileTransfer = FALSE;
        screen_->getFileTransferPermission = [](rfbClientRec*) -> int { return FALSE; };
        screen_->displayHook = [](rfbClientRec* viewer) {
            Impl& self = of(viewer);
            self.portion_.cut(*viewer, self.most_pixels_);
            bound_copies(viewer);
        };
        screen_->kbdAddEvent = [](rfbBool down, rfbKeySym key, rfbClientRec* viewer) {
            of(viewer).key(key, down != 0);
        };
        screen_->setXCutText = [](char* text, int length, rfbClientRec* viewer) {
            of(viewer).cut_text(from_latin_1({text, static_cast<std::size_t>(length)}));
        };
        screen_->setXCutTextUTF8 = [](char* text, int length, rfbClientRec* viewer) {
            of(viewer).cut_text({text, static_cast<std::size_t>(length)});
        };
        screen_->ptrAddEvent = [](int buttons, int x, int y, rfbClientRec* viewer) {
            of(viewer).pointer({x, y}, static_cast<unsigned>(buttons));
            rfbDefaultPtrAddEvent(buttons, x, y, viewer);  // where the cursor is drawn for viewers that draw none
        };
        rfbSetCursor(screen_, make_server_cursor(first.cursor.value_or(CursorShape{})));
    }

    static Impl& of(rfbClientRec* viewer) { return *static_cast<Impl*>(viewer->screen->screenData); }
    char* pixels() { return reinterpret_cast<char*>(picture_.pixels.data()); }

    void key(std::uint32_t keysym, bool down) {
        if (!options_.view_only) held_.key(keysym, down);
    }
    void pointer(Point at, unsigned buttons) {
        if (options_.view_only) return;
        held_.pointer({std::clamp(at.x, 0, screen_->width - 1), std::clamp(at.y, 0, screen_->height - 1)}, buttons);
    }

    void cut_text(std::string text) {
        if (!options_.view_only && options_.cut_text) options_.cut_text(std::move(text));
    }
    /// What waits to be told to the viewer.
    void tell_cut_text() {
        std::optional<std::string> text;
        {
            const std::lock_guard lock(cut_text_lock_);
            text = std::exchange(cut_text_, std::nullopt);
        }
        if (!text || options_.view_only || viewer_->state != rfbClientRec::RFB_NORMAL) return;
        auto latin = to_latin_1(*text);
        rfbSendServerCutText(screen_, latin.data(), static_cast<int>(latin.size()));
    }

    void run(int fd) {
        block_pipe_signal();
        if (join(fd)) serve();
        held_.release_all();
        std::string why = take_library_words();
        end_.finish();
        if (!end_.cut_by_owner() && options_.closed)
            options_.closed(why.empty() ? "the viewer left" : fmt::format("the viewer left ({})", why));
    }

    bool join(int fd) {
        const std::lock_guard lock(shared_lists);
        viewer_ = rfbNewClient(screen_, fd);
        if (!viewer_) return false;
        viewer_->reverseConnection = TRUE;  // no authentication: the session has been authorised
        viewer_->viewOnly = options_.view_only ? TRUE : FALSE;
        viewer_->clientData = this;
        viewer_->clientGoneHook = [](rfbClientRec* gone) { static_cast<Impl*>(gone->clientData)->viewer_ = nullptr; };
        return true;
    }

    void serve() {
        auto next_sign_of_life = std::chrono::steady_clock::now() + options_.keep_alive;
        int sent = 0;
        while (viewer_ && !end_.cut_by_owner()) {
            apply(taker_->take(picture_));
            process();
            if (!viewer_) return;
            tell_cut_text();
            if (!viewer_) return;
            const auto now = std::chrono::steady_clock::now();
            if (std::exchange(sent_some_, false) && flow_.has_requests()) {
                next_sign_of_life = now + options_.keep_alive;
                continue;  // another update may follow at once
            }
            if (const int count = rfbStatGetMessageCountSent(viewer_, rfbFramebufferUpdate); count != sent) {
                sent = count;
                next_sign_of_life = now + options_.keep_alive;
            } else if (now >= next_sign_of_life) {
                rfbMarkRectAsModified(screen_, 0, 0, 1, 1);
                next_sign_of_life = now + options_.keep_alive;
                continue;
            }
            const auto wake = std::max(std::min(next_sign_of_life, hold_ends_.value_or(next_sign_of_life)), now);
            end_.wait(viewer_->sock, std::chrono::ceil<Millis>(wake - now));
        }
    }

    void process() {
        if (viewer_->state == rfbClientRec::RFB_NORMAL) {
            hear();
            if (viewer_) show();
            return;
        }
        const std::lock_guard lock(shared_lists);
        rfbProcessEvents(screen_, 0);
    }

    /// What the viewer sent. rfbProcessEvents would answer each request at once; here all that has come counts first.
    void hear() {
        int more = 1;
        for (int messages = 0; more > 0 && messages < most_messages_at_once; ++messages) {
            more = rfbCheckFds(screen_, 0);
            if (gone()) return;
            portion_.note_request(*viewer_);
            for (const int all = rfbStatGetMessageCountRcvd(viewer_, rfbFramebufferUpdateRequest); heard_ != all; ++heard_)
                flow_.requested(std::chrono::steady_clock::now());
        }
    }

    /// One update, if there is something to show and room on the way to the viewer.
    void show() {
        const auto began = std::chrono::steady_clock::now();
        const auto allowed = flow_.allowance(began);
        hold_ends_ = allowed ? std::nullopt : flow_.hold_ends();
        if (!allowed) return;
        most_pixels_ = *allowed;
        portion_.ask_again(*viewer_);
        const auto before = static_cast<unsigned>(rfbStatGetSentBytes(viewer_));
        const bool size_first = viewer_->newFBSizePending;
        rfbUpdateClient(viewer_);
        if (gone()) return;
        portion_.give_back(*viewer_);
        const auto bytes = static_cast<unsigned>(rfbStatGetSentBytes(viewer_)) - before;
        if (bytes == 0) return;
        const bool only_size = size_first && !viewer_->newFBSizePending;  // the cut pixels stay due, for another update
        flow_.sent(bytes, only_size ? 0 : portion_.pixels(), portion_.was_cut(), began);
        sent_some_ = true;
    }

    /// As rfbProcessEvents does behind what it calls.
    bool gone() {
        if (viewer_ && viewer_->sock == RFB_INVALID_SOCKET) rfbClientConnectionGone(viewer_);
        return !viewer_;
    }

    void apply(const SharedScreen::Taker::Changes& changes) {
        if (changes.resized) {
            rfbNewFramebuffer(screen_, pixels(), changes.size.width, changes.size.height, 8, 3, 4);
            set_format(*screen_);
            screen_->setTranslateFunction(viewer_);
        }
        for (const auto& [area, from] : changes.moves)
            rfbScheduleCopyRect(screen_, area.x, area.y, area.x + area.width, area.y + area.height, area.x - from.x,
                                area.y - from.y);
        for (const Rect& area : changes.painted)
            rfbMarkRectAsModified(screen_, area.x, area.y, area.x + area.width, area.y + area.height);
        if (changes.cursor) rfbSetCursor(screen_, make_server_cursor(*changes.cursor));
    }

    const Options options_;
    ThreadEnd end_;
    HeldInput held_;
    Picture picture_;  ///< the library's frame buffer
    rfbScreenInfo* screen_ = nullptr;
    rfbClientRec* viewer_ = nullptr;
    PictureFlow flow_;
    UpdatePortion portion_;
    std::size_t most_pixels_ = 0;  ///< of the update that is being made
    bool sent_some_ = false;
    int heard_ = 0;  ///< requests
    std::optional<SteadyTime> hold_ends_;
    std::unique_ptr<SharedScreen::Taker> taker_;
    std::mutex cut_text_lock_;
    std::optional<std::string> cut_text_;
    std::thread thread_;
};

ScreenServer::ScreenServer(int fd, std::shared_ptr<SharedScreen> screen, InputSink& input, Options options)
    : impl_(std::make_unique<Impl>(fd, std::move(screen), input, std::move(options))) {}

ScreenServer::~ScreenServer() = default;

void ScreenServer::send_cut_text(std::string text) {
    impl_->send_cut_text(std::move(text));
}

}  // namespace pronto::vnc
