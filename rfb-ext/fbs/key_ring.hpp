#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/fbs/aes_gcm.hpp"

namespace pronto::fbs {

/// Tells hub keys apart and nothing else: the first 8 bytes of a key's SHA-256, in hex.
using KeyId = std::string;
inline constexpr std::size_t key_id_chars = 16;

/// The hub keys of a key file: lines of 64 hex digits, lines that begin with '#', empty lines. The first key wraps the
/// keys of new files, all of them unwrap. Everything is wiped when it goes.
class KeyRing {
public:
    static constexpr std::size_t most_bytes = 64 * 1024;

    /// Throws std::runtime_error naming the file, what is wrong and what to do: it is not there, others than its owner
    /// may read it, it has no key or a line that is none.
    static KeyRing read(const std::filesystem::path& file);
    /// As read(); nothing for no file.
    static std::unique_ptr<const KeyRing> read_if_given(const std::filesystem::path& file);
    /// As read(), from the text of such a file.
    static KeyRing parse(std::string_view text, const std::filesystem::path& file);

    /// Of the first key.
    const KeyId& id() const { return keys_.front().id; }
    bool has(std::string_view id) const { return find(id) != nullptr; }
    const std::filesystem::path& file() const { return file_; }

    /// How many bytes wrap() gives: nonce, sealed key, tag.
    static constexpr std::size_t wrapped_bytes = AesGcm::nonce_bytes + SecretKey::size + AesGcm::tag_bytes;
    /// A file's own key under the first key, bound to `with`. By any thread.
    Bytes wrap(const SecretKey& key, ByteView with) const;
    /// The key again; nothing if the ring has no such key, or it is not what was wrapped.
    std::optional<SecretKey> unwrap(std::string_view id, ByteView wrapped, ByteView with) const;

private:
    struct HubKey {
        KeyId id;
        SecretKey key;
    };
    const HubKey* find(std::string_view id) const;

    std::filesystem::path file_;
    std::vector<HubKey> keys_;
};

/// A new key file, 0600, with one random key; returns the key's id. Throws std::runtime_error naming the file if there
/// is one already or it cannot be written.
KeyId make_key_file(const std::filesystem::path& file);
/// Puts a new key first in a key file, which keeps its owner; readers see the old or the new file. Returns the key's
/// id. Throws as KeyRing::read does, or if it cannot be written.
KeyId rotate_key_file(const std::filesystem::path& file);
/// Before anything else is asked about a key file's path: throws std::runtime_error with the remedy if this user may
/// not even enter the folders on the way to it. The file need not be there.
void expect_key_reachable(const std::filesystem::path& file);

}  // namespace pronto::fbs
