#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/fbs/aes_gcm.hpp"
#include "rfb-ext/fbs/key_ring.hpp"

/// The format of sealed files (docs/movies.md, "Sealed files"). No I/O.
///
///   "PRONTO SEALED 1\n"
///   the file's name, "\n"
///   "key " and the hub key's id, "\n"
///   the file's own key, wrapped with the hub key, bound to the three lines: nonce[12], sealed[32], tag[16]
///   chunks: u32 bytes (1 to 65,536), so many sealed bytes, tag[16]; the n-th (from 0) with nonce n, bound to its
///   length a last one without bytes, if the file was sealed to its end
namespace pronto::fbs {

inline constexpr std::string_view seal_magic = "PRONTO SEALED 1\n";
inline constexpr std::size_t longest_sealed_name_bytes = 255;
inline constexpr std::size_t longest_seal_header_bytes =
    seal_magic.size() + longest_sealed_name_bytes + 1 + 4 + key_id_chars + 1 + KeyRing::wrapped_bytes;
inline constexpr std::size_t longest_chunk_bytes = 64 * 1024;
/// What a chunk has besides its bytes.
inline constexpr std::size_t chunk_length_bytes = 4;
inline constexpr std::size_t chunk_extra_bytes = chunk_length_bytes + AesGcm::tag_bytes;

/// What stands at the front of a sealed file.
struct SealHeader {
    std::string name;  ///< the file's, when it was sealed
    KeyId key;         ///< of the hub key that wraps the file's own
    Bytes lines;       ///< what the wrapped key is bound to
    Bytes wrapped;
    std::size_t bytes = 0;  ///< where the first chunk begins
};

/// Does a file begin like a sealed one? `start` may be as short as the file is, and shorter than the magic line: then
/// it is none.
bool begins_sealed(ByteView start);
/// Reads the header from a file's first bytes (longest_seal_header_bytes, or as many as there are). Nothing if it is
/// cut, or no header.
std::optional<SealHeader> read_seal_header(ByteView start);

AesGcm::Nonce chunk_nonce(std::uint64_t number);

/// Seals one file's bytes as they come, under a random key of its own. What it gives must reach the file in that order,
/// or nothing more may be sealed.
class Sealer {
public:
    /// `name`: the file's; control characters and what is over 255 bytes are left out.
    Sealer(std::string_view name, const KeyRing& keys);

    /// What the file begins with.
    const Bytes& header() const { return header_; }
    /// Appends the chunks of these bytes; no bytes, no chunk.
    void add(ByteView plain, Bytes& to);
    /// Appends the last chunk: there is no more.
    void end(Bytes& to);

private:
    Sealer(std::string_view name, const KeyRing& keys, const SecretKey& key);
    void add_chunk(ByteView plain, Bytes& to);

    Bytes header_;
    AesGcm cipher_;
    std::uint64_t chunks_ = 0;
};

}  // namespace pronto::fbs
