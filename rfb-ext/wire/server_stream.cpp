#include "rfb-ext/wire/server_stream.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "rfb-ext/wire/measure/update.hpp"

namespace pronto::wire {

using measure::Want;

bool ServerStream::Limits::allow(Size size) const {
    return size.width <= longest_side && size.height <= longest_side &&
           std::int64_t{size.width} * size.height <= most_pixels;
}

class ServerStream::Impl {
public:
    Impl(const ServerInit& init, Limits limits) : terms_{init.size, init.format, limits}, update_(terms_) {
        held_.reserve(measure::longest_look);
    }

    void ask(std::int32_t encoding);
    void set_format(const PixelFormat& format);
    Result<Piece> next(ByteView more);
    const measure::Terms& terms() const { return terms_; }
    const PixelFormat& next_format() const { return next_format_ ? *next_format_ : terms_.format; }
    std::uint64_t updates_begun() const { return updates_begun_; }

private:
    Want look(ByteView seen);
    Want look_at_message(ByteView seen);
    Want look_at_update(ByteView seen);
    Want look_at_cut_text(ByteView seen) const;
    Want look_at_audio(ByteView seen) const;
    bool gather(ByteView more, std::size_t& at);

    measure::Terms terms_;
    measure::Update update_;
    Want want_ = measure::shown_at_least(1);
    Bytes held_;  ///< of what there is to look at, when it comes in more than one run; else empty
    int type_ = 0;
    bool between_ = true;          ///< between two messages
    bool in_update_head_ = false;  ///< of which not all has come
    bool in_update_ = false;       ///< behind an update's head
    std::uint64_t updates_begun_ = 0;
    std::optional<PixelFormat> next_format_;  ///< as soon as an update begins
    bool extended_clipboard_ = false;
    bool continuous_updates_ = false;
    bool fence_ = false;
    bool xvp_ = false;
    bool qemu_audio_ = false;
    WireError broken_{};
};

void ServerStream::Impl::ask(std::int32_t encoding) {
    switch (encoding) {
        case encoding::extended_clipboard:
            extended_clipboard_ = true;
            break;
        case encoding::continuous_updates:
            continuous_updates_ = true;
            break;
        case encoding::fence:
            fence_ = true;
            break;
        case encoding::xvp:
            xvp_ = true;
            break;
        case encoding::qemu_audio:
            qemu_audio_ = true;
            break;
        default:
            update_.ask(encoding);
    }
}

void ServerStream::Impl::set_format(const PixelFormat& format) {
    if (updates_begun_ == 0)
        terms_.format = format;
    else
        next_format_ = format;
}

Result<ServerStream::Piece> ServerStream::Impl::next(ByteView more) {
    if (broken_ != WireError{}) return broken_;
    Piece piece{0, 0, std::exchange(between_, false), false};
    std::size_t at = 0;
    while (true) {
        const auto passed = std::min<std::uint64_t>(want_.skip, more.size() - at);
        want_.skip -= passed;
        at += passed;
        if (want_.skip > 0) break;
        if (want_.look == 0) {
            piece.ends = between_ = true;
            in_update_ = false;
            want_ = measure::shown_at_least(1);
            break;
        }
        if (held_.empty() && more.size() - at >= want_.look) {
            want_ = look(more.subspan(at));
        } else if (gather(more, at)) {
            want_ = look(held_);
            if (want_.skip == 0 && want_.look > 0) continue;  // more of the same
            if (!want_.refused()) want_.skip -= held_.size();
            held_.clear();
        } else {
            break;
        }
        if (want_.refused()) return broken_ = want_.error;
    }
    piece.size = at;
    piece.type = type_;
    return piece;
}

/// Adds to what is held until there is enough to look at. Never holds more, so that no look goes past what is passed.
bool ServerStream::Impl::gather(ByteView more, std::size_t& at) {
    const auto taken = std::min(more.size() - at, want_.look - held_.size());
    append(held_, more.subspan(at, taken));
    at += taken;
    return held_.size() == want_.look;
}

Want ServerStream::Impl::look(ByteView seen) {
    return in_update_ ? update_.look(seen) : look_at_message(seen);
}

Want ServerStream::Impl::look_at_message(ByteView seen) {
    type_ = seen[0];
    switch (type_) {
        case server::update:
            return look_at_update(seen);
        case server::colour_map:
            if (seen.size() < 6) return measure::shown_at_least(6);
            return measure::ends_after(6 + load_u16(&seen[4]) * std::uint64_t{6});
        case server::bell:
            return measure::ends_after(1);
        case server::cut_text:
            return look_at_cut_text(seen);
        case server::end_of_continuous_updates:
            if (continuous_updates_) return measure::ends_after(1);
            break;
        case server::fence:
            if (!fence_) break;
            if (seen.size() < 9) return measure::shown_at_least(9);
            if (seen[8] > longest_fence_bytes) return WireError::oversized;
            return measure::ends_after(9 + seen[8]);
        case server::xvp:
            if (xvp_) return measure::ends_after(4);
            break;
        case server::qemu:
            if (qemu_audio_) return look_at_audio(seen);
            break;
        default:
            break;
    }
    return WireError::unknown_message;
}

Want ServerStream::Impl::look_at_update(ByteView seen) {
    constexpr std::size_t head_bytes = 4;
    if (!in_update_head_) {
        in_update_head_ = true;
        ++updates_begun_;
        if (next_format_) terms_.format = *std::exchange(next_format_, std::nullopt);
    }
    if (seen.size() < head_bytes) return measure::shown_at_least(head_bytes);
    in_update_head_ = false;
    in_update_ = true;
    update_.begin(load_u16(&seen[2]));
    auto want = update_.look(seen.subspan(head_bytes));
    want.skip += head_bytes;
    return want;
}

/// A negative length announces the extended clipboard's format.
Want ServerStream::Impl::look_at_cut_text(ByteView seen) const {
    constexpr std::size_t head_bytes = 8;
    if (seen.size() < head_bytes) return measure::shown_at_least(head_bytes);
    const auto length = load_u32(&seen[4]);
    const auto bytes = cut_text_bytes(length);
    if (bytes != length && !extended_clipboard_) return WireError::oversized;
    if (bytes > terms_.limits.cut_text_bytes) return WireError::oversized;
    return measure::ends_after(head_bytes + bytes);
}

/// QEMU's one server message (community's rfbproto, "QEMU Audio Server Message"): end, begin, or samples with their
/// length.
Want ServerStream::Impl::look_at_audio(ByteView seen) const {
    constexpr unsigned audio = 1, samples = 2;
    if (seen.size() < 4) return measure::shown_at_least(4);
    const unsigned operation = load_u16(&seen[2]);
    if (seen[1] != audio || operation > samples) return WireError::unknown_message;
    if (operation != samples) return measure::ends_after(4);
    if (seen.size() < 8) return measure::shown_at_least(8);
    const auto length = load_u32(&seen[4]);
    if (length > terms_.limits.audio_bytes) return WireError::oversized;
    return measure::ends_after(8 + std::uint64_t{length});
}

ServerStream::ServerStream(const ServerInit& init, Limits limits) : impl_(std::make_unique<Impl>(init, limits)) {}
ServerStream::ServerStream(const ServerInit& init) : ServerStream(init, Limits{}) {}
ServerStream::~ServerStream() = default;
ServerStream::ServerStream(ServerStream&&) noexcept = default;

void ServerStream::asked_for(std::span<const std::int32_t> encodings) {
    for (const auto encoding : encodings) impl_->ask(encoding);
}

void ServerStream::asked_for_all() {
    for (const auto& kind : measure::kinds()) impl_->ask(kind.encoding);
}

void ServerStream::set_format(const PixelFormat& format) {
    impl_->set_format(format);
}
Result<ServerStream::Piece> ServerStream::next(ByteView more) {
    return impl_->next(more);
}
Size ServerStream::screen() const {
    return impl_->terms().screen;
}
const PixelFormat& ServerStream::format() const {
    return impl_->terms().format;
}
const PixelFormat& ServerStream::next_format() const {
    return impl_->next_format();
}
std::uint64_t ServerStream::updates_begun() const {
    return impl_->updates_begun();
}

}  // namespace pronto::wire
