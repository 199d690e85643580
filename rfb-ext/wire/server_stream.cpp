#include "rfb-ext/wire/server_stream.hpp"

#include <algorithm>
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
    Impl(const ServerInit& init, Limits limits) : terms_{init.size, init.format, limits}, update_(terms_) {}

    void ask(std::int32_t encoding);
    Result<void> set_format(const PixelFormat& format);
    Result<Piece> next(ByteView more);
    const measure::Terms& terms() const { return terms_; }
    bool update_begun() const { return update_begun_; }

private:
    enum class At { type, head, update };

    ByteView gather(ByteView more, std::size_t& at);
    Result<Want> look(ByteView seen);
    Result<Want> type_seen(int type);
    Result<Want> head_seen(ByteView head);
    Result<Want> cut_text(std::uint32_t length) const;

    measure::Terms terms_;
    measure::Update update_;
    At at_ = At::type;
    int type_ = 0;
    Want want_{0, 1};
    std::array<Byte, measure::longest_look> held_{};  ///< bytes asked for that came in more than one run
    std::size_t held_bytes_ = 0;
    bool between_ = true;  ///< between two messages
    bool update_begun_ = false;
    bool extended_clipboard_ = false;
    bool continuous_updates_ = false;
    bool fence_ = false;
    bool xvp_ = false;
    ErrorCode broken_;
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
        default:
            update_.ask(encoding);
    }
}

Result<void> ServerStream::Impl::set_format(const PixelFormat& format) {
    if (update_begun_) return WireError::format_change;
    terms_.format = format;
    return {};
}

Result<ServerStream::Piece> ServerStream::Impl::next(ByteView more) {
    if (broken_) return broken_;
    Piece piece{0, 0, between_, false};
    between_ = false;
    std::size_t at = 0;
    while (true) {
        const auto passed = std::min<std::uint64_t>(want_.skip, more.size() - at);
        want_.skip -= passed;
        at += passed;
        if (want_.skip > 0) break;
        if (want_.look == 0) {
            piece.ends = between_ = true;
            at_ = At::type;
            want_ = {0, 1};
            break;
        }
        const auto seen = gather(more, at);
        if (seen.empty()) break;
        const auto want = look(seen);
        if (!want) return broken_ = want.error();
        want_ = *want;
    }
    piece.size = at;
    piece.type = type_;
    return piece;
}

/// The bytes last asked for, or none while they are not whole.
ByteView ServerStream::Impl::gather(ByteView more, std::size_t& at) {
    const auto left = more.size() - at;
    if (held_bytes_ == 0 && left >= want_.look) {
        at += want_.look;
        return more.subspan(at - want_.look, want_.look);
    }
    const auto taken = std::min(left, want_.look - held_bytes_);
    std::copy_n(more.begin() + static_cast<std::ptrdiff_t>(at), taken, held_.begin() + held_bytes_);
    at += taken;
    held_bytes_ += taken;
    if (held_bytes_ < want_.look) return {};
    return {held_.data(), std::exchange(held_bytes_, 0)};
}

Result<Want> ServerStream::Impl::look(ByteView seen) {
    switch (at_) {
        case At::type:
            return type_seen(seen[0]);
        case At::head:
            return head_seen(seen);
        case At::update:
            return update_.look(seen);
    }
    return WireError::bad_value;
}

Result<Want> ServerStream::Impl::type_seen(int type) {
    type_ = type;
    at_ = At::head;
    switch (type) {
        case server::update:
            update_begun_ = true;
            return Want{1, 2};
        case server::colour_map:
            return Want{3, 2};
        case server::bell:
            return Want{};
        case server::cut_text:
            return Want{3, 4};
        case server::end_of_continuous_updates:
            if (continuous_updates_) return Want{};
            break;
        case server::fence:
            if (fence_) return Want{7, 1};
            break;
        case server::xvp:
            if (xvp_) return Want{3, 0};
            break;
        default:
            break;
    }
    return WireError::unknown_message;
}

Result<Want> ServerStream::Impl::head_seen(ByteView head) {
    switch (type_) {
        case server::update:
            at_ = At::update;
            return update_.begin(load_u16(head.data()));
        case server::colour_map:
            return Want{load_u16(head.data()) * std::uint64_t{6}, 0};
        case server::cut_text:
            return cut_text(load_u32(head.data()));
        case server::fence:
            if (head[0] > longest_fence_bytes) return WireError::oversized;
            return Want{head[0], 0};
        default:
            return WireError::unknown_message;
    }
}

/// A negative length announces the extended clipboard's format: flags of four bytes and more.
Result<Want> ServerStream::Impl::cut_text(std::uint32_t length) const {
    const auto bytes = cut_text_bytes(length);
    if (bytes != length && !extended_clipboard_) return WireError::oversized;
    if (bytes > terms_.limits.cut_text_bytes) return WireError::oversized;
    return Want{bytes, 0};
}

ServerStream::ServerStream(const ServerInit& init, Limits limits) : impl_(std::make_unique<Impl>(init, limits)) {}
ServerStream::ServerStream(const ServerInit& init) : ServerStream(init, Limits{}) {}
ServerStream::~ServerStream() = default;
ServerStream::ServerStream(ServerStream&&) noexcept = default;

void ServerStream::asked_for(std::span<const std::int32_t> encodings) {
    for (const auto encoding : encodings) impl_->ask(encoding);
}

Result<void> ServerStream::set_format(const PixelFormat& format) {
    return impl_->set_format(format);
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
bool ServerStream::update_begun() const {
    return impl_->update_begun();
}

}  // namespace pronto::wire
