#include "rfb-ext/wire/client_stream.hpp"

#include <algorithm>
#include <utility>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire {

namespace {

constexpr std::size_t longest_cut_text_bytes = 1 << 20;
constexpr std::size_t most_encodings = 1024;

/// How long a message is: `fixed` bytes, then what is counted in them.
struct Form {
    std::size_t fixed = 0;
    Result<std::size_t> (*counted)(ByteView fixed) = nullptr;
};

Result<std::size_t> nothing(ByteView) {
    return std::size_t{0};
}

Result<std::size_t> encodings(ByteView fixed) {
    const std::size_t count = load_u16(&fixed[2]);
    if (count > most_encodings) return WireError::oversized;
    return count * 4;
}

Result<std::size_t> text(ByteView fixed) {
    const std::size_t bytes = cut_text_bytes(load_u32(&fixed[4]));
    if (bytes > longest_cut_text_bytes) return WireError::oversized;
    return bytes;
}

Result<std::size_t> fence_payload(ByteView fixed) {
    if (fixed[8] > longest_fence_bytes) return WireError::oversized;
    return std::size_t{fixed[8]};
}

Result<std::size_t> screens(ByteView fixed) {
    return std::size_t{fixed[6]} * 16;
}

/// QEMU's messages share a type: the extended key event, and three for audio (enable, disable, set the format).
Result<std::size_t> qemu_rest(ByteView fixed) {
    constexpr unsigned extended_key = 0, audio = 1, set_format = 2;
    if (fixed[1] == extended_key) return std::size_t{8};
    const unsigned operation = load_u16(&fixed[2]);
    if (fixed[1] != audio || operation > set_format) return WireError::unknown_message;
    return std::size_t{operation == set_format ? 6U : 0U};
}

Result<Form> form(int type) {
    switch (type) {
        case client::set_pixel_format:
            return Form{4 + pixel_format_bytes, nothing};
        case client::set_encodings:
            return Form{4, encodings};
        case client::update_request:
            return Form{10, nothing};
        case client::key:
            return Form{8, nothing};
        case client::pointer:
            return Form{6, nothing};
        case client::cut_text:
            return Form{8, text};
        case client::enable_continuous_updates:
            return Form{10, nothing};
        case client::fence:
            return Form{9, fence_payload};
        case client::xvp:
            return Form{4, nothing};
        case client::set_desktop_size:
            return Form{8, screens};
        case client::qemu:
            return Form{4, qemu_rest};
        default:
            return WireError::unknown_message;
    }
}

bool level(std::int32_t encoding) {
    return (encoding >= encoding::quality_0 && encoding <= encoding::quality_9) ||
           (encoding >= encoding::compress_0 && encoding <= encoding::compress_9);
}

bool can_measure(std::int32_t wanted) {
    const auto kinds = measure::kinds();
    return wanted == encoding::extended_clipboard || level(wanted) ||
           std::any_of(kinds.begin(), kinds.end(), [=](const auto& kind) { return kind.encoding == wanted; });
}

}  // namespace

void ClientStream::feed(ByteView more) {
    if (broken_) return;
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(std::exchange(read_, 0)));
    append(held_, more);
}

Result<std::optional<ClientStream::Message>> ClientStream::next() {
    if (broken_) return broken_;
    const auto whole = length();
    if (!whole) return broken_ = whole.error();
    if (*whole == 0) return std::nullopt;
    const auto begin = held_.begin() + static_cast<std::ptrdiff_t>(read_);
    Message message{*begin, {begin, begin + static_cast<std::ptrdiff_t>(*whole)}};
    read_ += *whole;
    return message;
}

/// Of the first message held, or 0 while it is not whole.
Result<std::size_t> ClientStream::length() const {
    const auto held = ByteView(held_).subspan(read_);
    if (held.empty()) return std::size_t{0};
    const auto known = form(held[0]);
    if (!known) return known.error();
    if (held.size() < known->fixed) return std::size_t{0};
    const auto counted = known->counted(held.first(known->fixed));
    if (!counted) return counted.error();
    const auto whole = known->fixed + *counted;
    return held.size() < whole ? std::size_t{0} : whole;
}

std::vector<std::int32_t> read_set_encodings(ByteView bytes) {
    std::vector<std::int32_t> encodings;
    if (bytes.size() < 4) return encodings;
    const auto count = std::min<std::size_t>(load_u16(&bytes[2]), (bytes.size() - 4) / 4);
    for (std::size_t i = 0; i < count; ++i) encodings.push_back(static_cast<std::int32_t>(load_u32(&bytes[4 + 4 * i])));
    return encodings;
}

Bytes write_set_encodings(const std::vector<std::int32_t>& encodings) {
    Bytes out;
    append_u8(out, client::set_encodings);
    append_u8(out, 0);
    append_u16(out, static_cast<unsigned>(encodings.size()));
    for (const auto encoding : encodings) append_u32(out, static_cast<std::uint32_t>(encoding));
    return out;
}

std::vector<std::int32_t> measurable(const std::vector<std::int32_t>& wanted) {
    std::vector<std::int32_t> offered;
    for (const auto encoding : wanted)
        if (can_measure(encoding) && std::find(offered.begin(), offered.end(), encoding) == offered.end())
            offered.push_back(encoding);
    return offered;
}

Result<PixelFormat> read_set_pixel_format(ByteView bytes) {
    if (bytes.size() < 4 + pixel_format_bytes) return WireError::bad_value;
    return read_pixel_format(bytes.subspan(4));
}

Bytes write_set_pixel_format(const PixelFormat& format) {
    Bytes out{client::set_pixel_format, 0, 0, 0};
    append(out, format);
    return out;
}

Bytes write_update_request(const Rect& area, bool incremental) {
    Bytes out;
    append_u8(out, client::update_request);
    append_u8(out, incremental ? 1 : 0);
    for (const int value : {area.x, area.y, area.width, area.height}) append_u16(out, static_cast<unsigned>(value));
    return out;
}

}  // namespace pronto::wire
