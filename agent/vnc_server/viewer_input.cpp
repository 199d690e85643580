#include "agent/vnc_server/viewer_input.hpp"

#include "rfb-ext/base/text.hpp"

namespace pronto::vnc_server {
namespace {

// A viewer could invent keys without end; nobody has more fingers.
constexpr std::size_t most_keys = 64;
constexpr std::uint64_t qemu_key = std::uint64_t{1} << 32;  // these are told apart by their key codes, not keysyms

/// A list of what is let through, not of what is kept back: a type that is added some day is no way in.
bool only_asks_for_pictures(int type) {
    switch (type) {
        case wire::client::set_pixel_format:
        case wire::client::set_encodings:
        case wire::client::update_request:
        case wire::client::enable_continuous_updates:
        case wire::client::fence:
            return true;
        default:
            return false;
    }
}

}  // namespace

Result<Bytes> ViewerInput::take(ByteView in) {
    stream_.feed(in);
    Bytes whole;
    for (;;) {
        const auto message = stream_.next();
        if (!message) return message.error();
        if (!*message) return whole;
        if (permission_ == Permission::view && !only_asks_for_pictures((*message)->type)) continue;
        note(**message);
        append(whole, (*message)->bytes);
    }
}

void ViewerInput::note(const wire::ClientStream::Message& message) {
    Bytes up = message.bytes;
    switch (message.type) {
        case wire::client::key:
            up[1] = 0;
            return note_key(load_u32(&message.bytes[4]), message.bytes[1] != 0, std::move(up));
        case wire::client::qemu:
            if (message.bytes[1] != 0) return;  // audio
            up[2] = up[3] = 0;
            return note_key(qemu_key | load_u32(&message.bytes[8]), load_u16(&message.bytes[2]) != 0, std::move(up));
        case wire::client::pointer:
            up[1] = 0;
            pointer_ = message.bytes[1] != 0 ? std::move(up) : Bytes();
            return;
        default:
            return;
    }
}

void ViewerInput::note_key(std::uint64_t which, bool down, Bytes up) {
    if (!down)
        keys_.erase(which);
    else if (keys_.size() < most_keys)
        keys_.insert_or_assign(which, std::move(up));
}

Bytes ViewerInput::release() {
    Bytes all;
    for (const auto& [which, up] : keys_) append(all, up);
    append(all, pointer_);
    keys_.clear();
    pointer_.clear();
    return all;
}

Bytes client_cut_text(std::string_view utf8) {
    auto text = to_latin_1(utf8);
    std::erase(text, '\r');
    Bytes message{wire::client::cut_text, 0, 0, 0};
    append_u32(message, static_cast<std::uint32_t>(text.size()));
    append(message, as_bytes(text));
    return message;
}

}  // namespace pronto::vnc_server
