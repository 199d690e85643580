#include "rfb-ext/fbs/sealed_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pronto::fbs {

namespace {

std::optional<SealHeader> header_of(PlainBytes& file) {
    Bytes start(longest_seal_header_bytes);
    start.resize(read_full(file, 0, start));
    return read_seal_header(start);
}

}  // namespace

void ChunkTable::walk(PlainBytes& file, std::uint64_t until) {
    if (ended_ || !damage_.empty() || plain_bytes_ > until) return;
    const auto size = file.size();
    while (plain_bytes_ <= until && step(file, size)) continue;
}

bool ChunkTable::step(PlainBytes& file, std::uint64_t size) {
    if (ended_ || !damage_.empty() || at_ + chunk_extra_bytes > size) return false;
    Byte word[chunk_length_bytes];
    if (read_full(file, at_, word) < sizeof word) return false;
    const std::uint32_t bytes = load_u32(word);
    if (bytes > longest_chunk_bytes) {
        damage_ = fmt::format("the length at byte {} was changed", at_);
        return false;
    }
    if (at_ + chunk_extra_bytes + bytes > size) return false;
    if (bytes > 0 && starts_.size() == most_chunks) {
        damage_ = fmt::format("it has more than {} pieces", most_chunks);
        return false;
    }
    ended_ = bytes == 0;
    if (!ended_) starts_.push_back(at_);
    plain_bytes_ += bytes;
    at_ += chunk_extra_bytes + bytes;
    if (ended_ && at_ < size) damage_ = fmt::format("something was put behind its end at byte {}", at_);
    return !ended_;
}

std::optional<std::size_t> ChunkTable::chunk_of(std::uint64_t plain) const {
    if (plain >= plain_bytes_) return std::nullopt;
    std::size_t low = 0, high = starts_.size();
    while (high - low > 1) {
        const auto middle = low + (high - low) / 2;
        (plain_start(middle) <= plain ? low : high) = middle;
    }
    return low;
}

SealedBytes::SealedBytes(std::unique_ptr<PlainBytes> sealed, const std::filesystem::path& name, const KeyRing* keys)
    : sealed_(std::move(sealed)), header_(header_of(*sealed_)), chunks_(header_ ? header_->bytes : 0) {
    if (!header_) return;
    if (!keys)
        throw std::runtime_error(fmt::format("{} is sealed with the hub key {}: say where that is with --key-file",
                                             name.string(), header_->key));
    if (!keys->has(header_->key))
        throw std::runtime_error(fmt::format("{} is sealed with the hub key {}, which is not in {}", name.string(),
                                             header_->key, keys->file().string()));
    if (const auto key = keys->unwrap(header_->key, header_->wrapped, header_->lines))
        cipher_.emplace(AesGcm::Way::open, *key);
}

std::size_t SealedBytes::read_at(std::uint64_t offset, std::span<Byte> to) {
    if (!cipher_) throw DamagedBytes(std::string(no_seal_header));
    if (to.empty()) return 0;
    chunks_.walk(*sealed_, offset);
    const auto chunk = chunks_.chunk_of(offset);
    if (!chunk) {
        check_end();
        return 0;
    }
    if (*chunk != opened_chunk_) open_chunk(*chunk);
    const auto from = static_cast<std::size_t>(offset - chunks_.plain_start(*chunk));
    const auto count = std::min(to.size(), opened_.size() - from);
    std::copy_n(opened_.begin() + static_cast<std::ptrdiff_t>(from), count, to.begin());
    return count;
}

void SealedBytes::open_chunk(std::size_t chunk) {
    const auto end = chunk + 1 < chunks_.count() ? chunks_.plain_start(chunk + 1) : chunks_.plain_bytes();
    opened_chunk_ = SIZE_MAX;
    open(chunks_.start(chunk), chunk, static_cast<std::size_t>(end - chunks_.plain_start(chunk)));
    opened_chunk_ = chunk;
}

void SealedBytes::open(std::uint64_t start, std::uint64_t number, std::size_t bytes) {
    Byte length[chunk_length_bytes];
    opened_.resize(bytes + AesGcm::tag_bytes);
    const bool whole = read_full(*sealed_, start, length) == sizeof length &&
                       read_full(*sealed_, start + sizeof length, opened_) == opened_.size();
    if (!whole || load_u32(length) != bytes || !cipher_->open(chunk_nonce(number), length, opened_))
        throw DamagedBytes(
            fmt::format("what was sealed at bytes {} to {} was changed", start, start + chunk_extra_bytes + bytes - 1));
    opened_.resize(bytes);
}

void SealedBytes::check_end() {
    // First the seal of the end, then what stands behind it.
    if (chunks_.ended() && !end_checked_) {
        opened_chunk_ = SIZE_MAX;
        const auto behind = chunks_.at();
        open(behind - chunk_extra_bytes, chunks_.count(), 0);
        end_checked_ = true;
    }
    if (!chunks_.damage().empty()) throw DamagedBytes(chunks_.damage());
}

std::uint64_t SealedBytes::size() {
    if (!cipher_) return 0;
    chunks_.walk(*sealed_);
    return chunks_.plain_bytes();
}

std::uint64_t SealedBytes::cut_bytes() {
    if (!header_) return 0;
    chunks_.walk(*sealed_);
    const auto size = sealed_->size();
    return chunks_.ended() || !chunks_.damage().empty() || size < chunks_.at() ? 0 : size - chunks_.at();
}

bool SealedBytes::lacks_end() {
    if (!cipher_) return false;
    chunks_.walk(*sealed_);
    return !chunks_.ended();
}

}  // namespace pronto::fbs
