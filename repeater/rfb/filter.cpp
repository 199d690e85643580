#include "repeater/rfb/filter.hpp"

#include <algorithm>

namespace pronto::rfb {

namespace client = wire::client;

namespace {
constexpr Byte qemu_extended_key = 0;
}

Result<void> ClientFilter::feed(ByteView in, Bytes& out) {
    viewer_.feed(in);
    while (true) {
        const auto message = viewer_.next();
        if (!message) return message.error();
        if (!*message) return {};
        const auto passed = pass((*message)->bytes, out);
        if (!passed) return passed.error();
    }
}

Result<void> ClientFilter::pass(const Bytes& message, Bytes& out) {
    const bool control = permission_ == Permission::control;
    switch (message[0]) {
        case client::set_pixel_format:
            return pass_format(message, out);
        case client::set_encodings:
            pass_encodings(message, out);
            break;
        case client::update_request:
            // The update under way, if there is one, answers an earlier request.
            awaited_updates_ = host_.updates_begun() + 1;
            append(out, message);
            break;
        case client::key:
        case client::pointer:
            if (control) append(out, message);
            break;
        case client::qemu:
            if (control && message[1] == qemu_extended_key) append(out, message);
            break;
        case client::cut_text:
            if (cut_text_passes_ && may_cut_text(message)) append(out, message);
            break;
        case client::fence:
        case client::enable_continuous_updates:
        case client::set_desktop_size:
        case client::xvp:
            break;
        default:
            return wire::WireError::unknown_message;
    }
    return {};
}

/// The format in force need not pass: some viewers send theirs again with every change of encodings.
Result<void> ClientFilter::pass_format(const Bytes& message, Bytes& out) {
    const auto format = wire::read_set_pixel_format(message);
    if (!format) return format.error();
    if (*format == host_.next_format()) return {};
    if (host_.updates_begun() < awaited_updates_) return wire::WireError::format_change;
    host_.set_format(*format);
    append(out, message);
    return {};
}

void ClientFilter::pass_encodings(const Bytes& message, Bytes& out) {
    auto offered = wire::measurable(wire::read_set_encodings(message));
    if (!cut_text_passes_) std::erase(offered, wire::encoding::extended_clipboard);
    host_.asked_for(offered);
    extended_clipboard_ = extended_clipboard_ || std::find(offered.begin(), offered.end(),
                                                           wire::encoding::extended_clipboard) != offered.end();
    append(out, wire::write_set_encodings(offered));
}

/// The extended form's length would look like 4 GB to a host that does not know it.
bool ClientFilter::may_cut_text(const Bytes& message) const {
    const auto length = load_u32(&message[4]);
    return extended_clipboard_ || wire::cut_text_bytes(length) == length;
}

}  // namespace pronto::rfb
