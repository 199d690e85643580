#include "rfb-ext/fbs/reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace pronto::fbs {

namespace {

constexpr std::string_view signature = "FBS 001.000\n";
/// "RFB 003.003\n", u32 security type None, then ServerInit.
constexpr std::string_view stream_start{"RFB 003.003\n\0\0\0\1", 16};
constexpr std::size_t fixed_init_bytes = 24;

bool starts_alike(ByteView bytes, std::string_view start) {
    const auto count = std::min(bytes.size(), start.size());
    return as_text(bytes.first(count)) == start.substr(0, count);
}

}  // namespace

bool is_key_frame(const Message& message) {
    constexpr std::size_t encoding_at = 4 + 8;
    return message.type == wire::server::update && message.bytes.size() >= encoding_at + 4 &&
           static_cast<std::int32_t>(load_u32(&message.bytes[encoding_at])) == wire::encoding::desktop_size;
}

bool is_heartbeat(const Message& message) {
    return message.type == wire::server::update && message.bytes.size() >= 4 && load_u16(&message.bytes[2]) == 0;
}

void BlockReader::feed(ByteView more) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(std::exchange(begin_, 0)));
    append(held_, more);
}

Result<std::optional<BlockReader::Block>> BlockReader::next() {
    const auto rest = [this] { return ByteView(held_).subspan(begin_); };
    if (!signed_) {
        if (!starts_alike(rest(), signature)) return FbsError::not_fbs;
        if (rest().size() < signature.size()) return std::nullopt;
        signed_ = true;
        begin_ += signature.size();
        position_ += signature.size();
    }
    if (rest().size() < 4) return std::nullopt;
    const std::size_t length = load_u32(rest().data());
    if (length == 0) return FbsError::empty_block;
    if (length > longest_block_bytes) return FbsError::oversized_block;
    const std::size_t padded = (length + 3) / 4 * 4;
    const std::size_t whole = 4 + padded + 4;
    if (rest().size() < whole) return std::nullopt;
    const ByteView block = rest().first(whole);
    for (const Byte pad : block.subspan(4 + length, padded - length))
        if (pad != 0) return FbsError::bad_padding;
    const std::uint32_t at_ms = load_u32(&block[4 + padded]);
    if (at_ms < last_ms_) return FbsError::time_goes_back;
    last_ms_ = at_ms;
    begin_ += whole;
    position_ += whole;
    ++blocks_;
    return Block{block.subspan(4, length), at_ms};
}

MovieReader::MovieReader(const wire::ServerInit& init, std::uint64_t position) : blocks_(position) {
    begin_stream(init);
}

void MovieReader::begin_stream(const wire::ServerInit& init) {
    stream_ = std::make_unique<wire::ServerStream>(init);
    stream_->asked_for_all();
    init_ = init;
}

Result<std::optional<Message>> MovieReader::next() {
    while (!whole_) {
        const auto taken = step();
        if (!taken) return taken.error();
        if (*taken == Step::waiting) return std::nullopt;
    }
    whole_ = false;
    return std::exchange(message_, {});
}

Result<MovieReader::Step> MovieReader::step() {
    if (init_ && at_ < data_.size()) return gather();
    if (!init_ && !data_.empty()) {
        const auto taken = start();
        if (!taken || *taken == Step::taken) return taken;
    }
    return more_data();
}

Result<MovieReader::Step> MovieReader::more_data() {
    const auto block = blocks_.next();
    if (!block) return block.error();
    if (!*block) return Step::waiting;
    data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(std::exchange(at_, 0)));
    append(data_, (*block)->data);
    data_ms_ = (*block)->at_ms;
    return Step::taken;
}

Result<MovieReader::Step> MovieReader::start() {
    const ByteView all(data_);
    if (!starts_alike(all, stream_start)) return FbsError::bad_start;
    if (all.size() < stream_start.size() + fixed_init_bytes) return Step::waiting;
    const ByteView fixed = all.subspan(stream_start.size(), fixed_init_bytes);
    const wire::ServerStream::Limits limits;
    wire::ServerInit init;
    init.size = {load_u16(&fixed[0]), load_u16(&fixed[2])};
    const auto format = wire::read_pixel_format(fixed.subspan(4, wire::pixel_format_bytes));
    const std::size_t name_bytes = load_u32(&fixed[20]);
    if (!format || !limits.allow(init.size) || init.size.width == 0 || init.size.height == 0 ||
        name_bytes > limits.name_bytes)
        return FbsError::bad_start;
    const std::size_t whole = stream_start.size() + fixed_init_bytes + name_bytes;
    if (all.size() < whole) return Step::waiting;
    init.format = *format;
    init.name = as_text(all.subspan(whole - name_bytes, name_bytes));
    at_ = whole;
    begin_stream(init);
    return Step::taken;
}

/// Takes bytes up to the message's end, if it is there.
Result<MovieReader::Step> MovieReader::gather() {
    const auto piece = stream_->next(ByteView(data_).subspan(at_));
    if (!piece) return piece.error();
    if (piece->begins) message_.at_ms = data_ms_;
    if (message_.bytes.size() + piece->size > longest_message_bytes) return FbsError::oversized_message;
    message_.type = piece->type;
    append(message_.bytes, ByteView(data_).subspan(at_, piece->size));
    at_ += piece->size;
    whole_ = piece->ends;
    return Step::taken;
}

}  // namespace pronto::fbs
