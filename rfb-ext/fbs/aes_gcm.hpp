#pragma once

#include <array>
#include <memory>
#include <span>

#include "rfb-ext/base/bytes.hpp"

struct evp_cipher_ctx_st;

namespace pronto::fbs {

/// 256 bits that are overwritten when their last holder lets go; moving them copies nothing.
class SecretKey {
public:
    static constexpr std::size_t size = 32;
    SecretKey();  ///< zeros, to be filled
    static SecretKey random();

    std::span<Byte, size> bytes() { return *bytes_; }
    std::span<const Byte, size> bytes() const { return *bytes_; }

private:
    using Memory = std::array<Byte, size>;
    struct Wipe {
        void operator()(Memory* memory) const;
    };
    std::unique_ptr<Memory, Wipe> bytes_;
};

/// AES-256-GCM (NIST SP 800-38D) under one key, one way, with one OpenSSL context for all calls. Opens no file and
/// asks the system for nothing after it was made. Throws std::runtime_error if OpenSSL refuses.
class AesGcm {
public:
    static constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;
    using Nonce = std::array<Byte, nonce_bytes>;
    enum class Way { seal, open };

    AesGcm(Way way, const SecretKey& key);

    /// Appends what is sealed, as long as `plain`, and the tag. A nonce must never come twice under one key.
    void seal(const Nonce& nonce, ByteView with, ByteView plain, Bytes& to);
    /// Opens in place what is sealed and its tag; the plain bytes are then all but the last tag_bytes. False: it is not
    /// what was sealed, together with `with`, under that nonce and key.
    bool open(const Nonce& nonce, ByteView with, std::span<Byte> sealed);

private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;  ///< wipes the key's schedule, too
    };
    void begin(const Nonce& nonce, ByteView with);

    std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace pronto::fbs
