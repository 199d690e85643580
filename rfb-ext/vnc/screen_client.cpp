#include "rfb-ext/vnc/screen_client.hpp"

#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/vnc/connection.hpp"
#include "rfb-ext/vnc/held_input.hpp"
#include "rfb-ext/vnc/picture_decoder.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::vnc {

namespace {

constexpr std::size_t most_cut_text_bytes = 1 << 20;
/// Requests outstanding. Our screen server sends an update for each, so that a long line does not wait a round trip after
/// every picture; others merge them into one.
constexpr int requests_ahead = 4;

/// What other threads want, in order. Moves of the pointer that nobody has sent yet become one.
struct Command {
    enum class Kind { key, pointer, refresh, view_only, cut_text } kind;
    std::uint32_t keysym = 0;
    bool on = false;  ///< key down; view only
    Point at{};
    unsigned buttons = 0;
    std::string text = {};
};

std::vector<std::int32_t> encodings(const ScreenClient::Options& options) {
    namespace encoding = wire::encoding;
    std::vector<std::int32_t> wanted{encoding::tight,  encoding::copy_rect,    encoding::hextile,  encoding::raw,
                                     encoding::cursor, encoding::desktop_size, encoding::last_rect};
    wanted.push_back(encoding::compress_0 + std::clamp(options.compress_level, 0, 9));
    if (options.quality_level >= 0) wanted.push_back(encoding::quality_0 + std::min(options.quality_level, 9));
    return wanted;
}

/// Writes input as client messages (RFC 6143 sections 7.5.4 and 7.5.5).
class InputMessages final : public InputSink {
public:
    explicit InputMessages(Connection& to) : to_(to) {}
    void key(std::uint32_t keysym, bool down) override {
        Bytes message;
        append_u8(message, wire::client::key);
        append_u8(message, down ? 1 : 0);
        append_u16(message, 0);
        append_u32(message, keysym);
        to_.send(message);
    }
    void pointer(Point at, unsigned buttons) override {
        Bytes message;
        append_u8(message, wire::client::pointer);
        append_u8(message, buttons);
        append_u16(message, static_cast<unsigned>(std::clamp(at.x, 0, 0xFFFF)));
        append_u16(message, static_cast<unsigned>(std::clamp(at.y, 0, 0xFFFF)));
        to_.send(message);
    }

private:
    Connection& to_;
};

}  // namespace

class ScreenClient::Impl {
public:
    Impl(int fd, Options options, Events events)
        : options_(options),
          events_(std::move(events)),
          end_(fd),
          connection_(fd, end_, [this] { obey(); }),
          messages_(connection_),
          held_(messages_),
          view_only_(options.view_only),
          thread_([this] { run(); }) {}

    ~Impl() {
        end_.cut();
        thread_.join();
    }

    void command(Command command) {
        {
            const std::lock_guard lock(mutex_);
            const bool pointer = command.kind == Command::Kind::pointer;
            if (command.kind == Command::Kind::cut_text)  // a text can be long: no more than one waits
                std::erase_if(commands_, [](const Command& older) { return older.kind == Command::Kind::cut_text; });
            if (pointer && !commands_.empty() && commands_.back().kind == Command::Kind::pointer &&
                commands_.back().buttons == command.buttons)
                commands_.back() = std::move(command);
            else if (commands_.size() < most_commands)
                commands_.push_back(std::move(command));
        }
        end_.wake();
    }

    void look(const std::function<void(const Picture&)>& look) const {
        const std::lock_guard lock(mutex_);
        look(picture_);
    }
    CursorShape cursor() const {
        const std::lock_guard lock(mutex_);
        return cursor_;
    }

private:
    static constexpr std::size_t most_commands = 4096;  ///< while the host takes nothing; more input is dropped

    void run() {
        std::string why;
        try {
            PictureDecoder decoder = greet();
            for (;;) message(decoder);
        } catch (const BrokenStream& broken) {
            why = broken.what();
        } catch (const std::bad_alloc&) {
            why = "out of memory";
        }
        end_.finish();
        if (!end_.cut_by_owner() && events_.closed) events_.closed(why);
    }

    PictureDecoder greet() {
        const wire::ServerInit init = handshake();
        PictureDecoder decoder(init.size, {});
        set_size(decoder.picture());
        Bytes first{wire::client::set_pixel_format, 0, 0, 0};
        wire::append(first, wire::PixelFormat{});
        append(first, wire::write_set_encodings(encodings(options_)));
        for (int each = 0; each < requests_ahead; ++each)  // together: the server is to see how many there are
            append(first, wire::write_update_request({0, 0, picture_.size.width, picture_.size.height}, each > 0));
        connection_.send(first);
        streaming_ = true;
        obey();
        return decoder;
    }

    wire::ServerInit handshake() {
        wire::HostHandshake host;
        Bytes held;
        for (;;) {
            const ByteView more = connection_.peek();
            append(held, more);
            const auto progress = host.feed(held);
            if (!progress) {
                const std::string words = presentable(host.reason(), 300);
                throw BrokenStream(progress.error().message() + (words.empty() ? "" : ": " + words));
            }
            if (!progress->reply.empty()) connection_.send(progress->reply);
            if (progress->done) {
                connection_.consume(more.size() - (held.size() - progress->consumed));
                return host.server_init();
            }
            if (host.wants_password()) throw BrokenStream(make_error_code(wire::WireError::no_common_security).message());
            connection_.consume(more.size());
            held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(progress->consumed));
        }
    }

    void message(PictureDecoder& decoder) {
        connection_.wait_for_data();
        switch (const unsigned type = connection_.u8(); type) {
            case wire::server::update:
                return update(decoder);
            case wire::server::colour_map:
                return decoder.colour_map(connection_);
            case wire::server::bell:
                return;
            case wire::server::cut_text:
                return cut_text();
            default:
                throw BrokenStream(fmt::format("unknown message {}", type));
        }
    }

    void update(PictureDecoder& decoder) {
        request(true);  // now, so that the host can work on the next one while this one is on its way
        const auto update = decoder.update(connection_);
        if (update.resized) set_size(decoder.picture());
        {
            const std::lock_guard lock(mutex_);
            for (const Rect& area : update.changed)
                for (int y = area.y; y < area.y + area.height; ++y)
                    std::copy_n(decoder.picture().row(y) + area.x, area.width, picture_.row(y) + area.x);
            if (update.cursor) cursor_ = decoder.cursor();
        }
        if (update.resized) request(false);
        if (events_.updated)
            for (const Rect& area : update.changed) events_.updated(area);
        if (update.cursor && events_.cursor_changed) events_.cursor_changed();
        if (events_.update_finished) events_.update_finished();
    }

    void set_size(const Picture& picture) {
        {
            const std::lock_guard lock(mutex_);
            picture_ = picture;
        }
        if (events_.resized) events_.resized(picture.size);
    }

    void cut_text() {
        connection_.skip(3);
        const std::size_t length = connection_.u32();
        if (length > most_cut_text_bytes) throw BrokenStream("a clipboard text is too long");
        if (length > control::longest_clipboard_bytes) return connection_.skip(length);
        Bytes latin(length);
        connection_.read(latin.data(), latin.size());
        if (events_.cut_text) events_.cut_text(from_latin_1(as_text(latin)));
    }

    void send_cut_text(const std::string& utf8) {
        const std::string latin = to_latin_1(utf8);
        Bytes message{wire::client::cut_text, 0, 0, 0};
        append_u32(message, static_cast<std::uint32_t>(latin.size()));
        append(message, as_bytes(latin));
        connection_.send(message);
    }

    /// Only this thread changes the picture's size, so it may look at it without the lock.
    void request(bool incremental) {
        connection_.send(wire::write_update_request({0, 0, picture_.size.width, picture_.size.height}, incremental));
    }

    void obey() {
        if (!streaming_) return;
        std::vector<Command> commands;
        {
            const std::lock_guard lock(mutex_);
            commands.swap(commands_);
        }
        for (const Command& command : commands) obey(command);
    }

    void obey(const Command& command) {
        switch (command.kind) {
            case Command::Kind::key:
                if (!view_only_) held_.key(command.keysym, command.on);
                return;
            case Command::Kind::pointer:
                if (!view_only_) held_.pointer(command.at, command.buttons);
                return;
            case Command::Kind::refresh:
                return request(false);
            case Command::Kind::view_only:
                if (command.on) held_.release_all();
                view_only_ = command.on;
                return;
            case Command::Kind::cut_text:
                if (!view_only_) send_cut_text(command.text);
                return;
        }
    }

    const Options options_;
    const Events events_;
    ThreadEnd end_;
    Connection connection_;
    InputMessages messages_;
    HeldInput held_;
    bool view_only_;          ///< the thread's; set by command
    bool streaming_ = false;  ///< the thread's: the handshake is over, commands can be sent
    mutable std::mutex mutex_;
    Picture picture_;
    CursorShape cursor_;
    std::vector<Command> commands_;
    std::thread thread_;
};

ScreenClient::ScreenClient(int fd, Options options, Events events)
    : impl_(std::make_unique<Impl>(fd, options, std::move(events))) {}

ScreenClient::~ScreenClient() = default;

void ScreenClient::key(std::uint32_t keysym, bool down) {
    impl_->command({.kind = Command::Kind::key, .keysym = keysym, .on = down});
}
void ScreenClient::pointer(Point at, unsigned buttons) {
    impl_->command({.kind = Command::Kind::pointer, .at = at, .buttons = buttons});
}
void ScreenClient::refresh() {
    impl_->command({.kind = Command::Kind::refresh});
}
void ScreenClient::set_view_only(bool view_only) {
    impl_->command({.kind = Command::Kind::view_only, .on = view_only});
}
void ScreenClient::send_cut_text(std::string utf8) {
    if (utf8.size() > control::longest_clipboard_bytes) return;
    impl_->command({.kind = Command::Kind::cut_text, .text = std::move(utf8)});
}

Picture ScreenClient::picture() const {
    Picture copy;
    impl_->look([&](const Picture& picture) { copy = picture; });
    return copy;
}
void ScreenClient::with_picture(const std::function<void(const Picture&)>& look) const {
    impl_->look(look);
}
CursorShape ScreenClient::cursor() const {
    return impl_->cursor();
}

}  // namespace pronto::vnc
