#pragma once

#include <optional>
#include <vector>

#include "rfb-ext/fbs/plain_bytes.hpp"
#include "rfb-ext/fbs/seal.hpp"

namespace pronto::fbs {

inline constexpr std::string_view no_seal_header = "what it was sealed with is cut off or changed";

/// Where the chunks of a sealed file lie, found by walking from length to length: no key is needed. A file that grows
/// is walked on. Memory: 8 bytes a chunk.
class ChunkTable {
public:
    static constexpr std::size_t most_chunks = 1 << 24;

    /// The first chunk begins there.
    explicit ChunkTable(std::uint64_t begin) : begin_(begin), at_(begin) {}

    /// Goes on to the file's end, or until plain byte `until` is in a chunk.
    void walk(PlainBytes& file, std::uint64_t until = UINT64_MAX);

    std::size_t count() const { return starts_.size(); }
    std::uint64_t start(std::size_t chunk) const { return starts_[chunk]; }
    /// Of a chunk's first plain byte.
    std::uint64_t plain_start(std::size_t chunk) const { return starts_[chunk] - begin_ - chunk * chunk_extra_bytes; }
    /// Of all chunks walked over.
    std::uint64_t plain_bytes() const { return plain_bytes_; }
    /// The chunk with that plain byte, if it has been walked over.
    std::optional<std::size_t> chunk_of(std::uint64_t plain) const;

    /// Where the walk stands: the next chunk, or behind the last.
    std::uint64_t at() const { return at_; }
    /// The last chunk, which has no bytes, was there: it begins at at() - chunk_extra_bytes.
    bool ended() const { return ended_; }
    /// Why the walk goes no further, with the offset; empty: nothing is wrong.
    const std::string& damage() const { return damage_; }

private:
    bool step(PlainBytes& file, std::uint64_t size);

    std::uint64_t begin_;
    std::uint64_t at_;
    std::vector<std::uint64_t> starts_;
    std::uint64_t plain_bytes_ = 0;
    bool ended_ = false;
    std::string damage_;
};

/// What is in a sealed file.
class SealedBytes final : public PlainBytes {
public:
    /// `name` is the file's, for messages. The header may be cut or changed: then reading says so. Throws
    /// std::runtime_error if the key is missing.
    SealedBytes(std::unique_ptr<PlainBytes> sealed, const std::filesystem::path& name, const KeyRing* keys);

    /// At most one chunk's at once.
    std::size_t read_at(std::uint64_t offset, std::span<Byte> to) override;
    std::uint64_t size() override;
    bool sealed() const override { return true; }
    std::string sealed_name() const override { return header_ ? header_->name : std::string(); }
    std::string hub_key() const override { return header_ ? header_->key : std::string(); }
    std::uint64_t cut_bytes() override;
    bool lacks_end() override;

private:
    void open_chunk(std::size_t chunk);
    /// The bytes of a chunk, opened in opened_, or DamagedBytes.
    void open(std::uint64_t start, std::uint64_t number, std::size_t bytes);
    /// At the end: is what stands there really that?
    void check_end();

    std::unique_ptr<PlainBytes> sealed_;
    std::optional<SealHeader> header_;
    std::optional<AesGcm> cipher_;  ///< none: the header is useless
    ChunkTable chunks_;
    Bytes opened_;                         ///< one chunk
    std::size_t opened_chunk_ = SIZE_MAX;  ///< which; none
    bool end_checked_ = false;
};

}  // namespace pronto::fbs
