#include "tests/interop/movie/tapped_session.hpp"

#include <stdexcept>
#include <utility>

#include "rfb-ext/wire/client_stream.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::interop {

namespace {

template <class T>
T need(Result<T> result, const char* who) {
    if (!result) throw std::runtime_error(std::string(who) + ": " + result.error().message());
    return std::move(*result);
}

void need(Result<void> result, const char* who) {
    if (!result) throw std::runtime_error(std::string(who) + ": " + result.error().message());
}

/// TigerVNC draws the pointer into the picture for a viewer that has not put it where it is.
Bytes pointer_at_the_corner() {
    Bytes message{wire::client::pointer, 0};
    append_u16(message, 2);
    append_u16(message, 2);
    return message;
}

/// Runs a handshake to its end; returns what came behind it.
template <class Handshake>
Bytes shake(Socket& socket, Handshake& handshake, const std::function<void(ByteView)>& saw) {
    Bytes held;
    for (;;) {
        const auto progress = need(handshake.feed(held), "handshake");
        saw(ByteView(held).first(progress.consumed));
        held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(progress.consumed));
        socket.write(progress.reply);
        if (progress.done) return held;
        if (progress.consumed > 0 && !held.empty()) continue;
        const auto more = socket.read();
        if (more.empty()) throw std::runtime_error("the other side closed in the handshake");
        append(held, more);
    }
}

}  // namespace

TappedSession::TappedSession(std::uint16_t server, rfb::MovieSink& sink, Witness witness)
    : witness_(std::move(witness)),
      host_(Socket::connect(server)),
      init_(greet_host()),
      stream_(init_),
      filter_(rfb::Permission::control, rfb::Clipboard::passes, stream_),
      tap_(init_, sink) {}

wire::ServerInit TappedSession::greet_host() {
    wire::HostHandshake handshake;
    early_ = shake(host_, handshake, [this](ByteView bytes) { witness_.saw(Witness::What::host_handshake, bytes); });
    return handshake.server_init();
}

void TappedSession::serve(Listener& listener) {
    viewer_ = listener.accept();
    wire::ViewerHandshake handshake(init_);
    viewer_->write(handshake.greeting());
    const auto rest =
        shake(*viewer_, handshake, [this](ByteView bytes) { witness_.saw(Witness::What::viewer_handshake, bytes); });
    input(rest);
    take(std::exchange(early_, {}));
}

void TappedSession::begin(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings) {
    input(pointer_at_the_corner());
    ask(format, encodings);
}

void TappedSession::ask(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings) {
    input(wire::write_set_pixel_format(format));
    input(wire::write_set_encodings(encodings));
    asking_ = true;
    request(false);
    take(std::exchange(early_, {}));
}

void TappedSession::ask_next(const wire::PixelFormat& format, const std::vector<std::int32_t>& encodings) {
    next_ = Wish{format, encodings};
}

bool TappedSession::pass_pictures() {
    const auto bytes = host_.read();
    take(bytes);
    return !bytes.empty();
}

bool TappedSession::pass_input() {
    const auto bytes = viewer_->read();
    input(bytes);
    return !bytes.empty();
}

/// As the relay does it: measured and tapped run by run, then written on.
void TappedSession::take(ByteView bytes) {
    witness_.saw(Witness::What::server_messages, bytes);
    for (ByteView rest = bytes; !rest.empty();) {
        const auto piece = need(stream_.next(rest), "the server");
        tap_.take(rest.first(piece.size), piece, stream_);
        rest = rest.subspan(piece.size);
        if (piece.type == wire::server::update && piece.ends) update_came();
    }
    if (viewer_) viewer_->write(bytes);
}

void TappedSession::update_came() {
    ++updates_;
    if (!asking_) return;
    if (const auto wish = std::exchange(next_, std::nullopt)) return ask(wish->format, wish->encodings);
    request(stream_.screen() == asked_screen_);
}

void TappedSession::input(ByteView bytes) {
    witness_.saw(Witness::What::client_messages, bytes);
    Bytes out;
    need(filter_.feed(bytes, out), "the viewer");
    host_.write(out);
}

void TappedSession::request(bool incremental) {
    asked_screen_ = stream_.screen();
    input(wire::write_update_request({0, 0, asked_screen_.width, asked_screen_.height}, incremental));
}

}  // namespace pronto::interop
