#include "rfb-ext/control/resume_key.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::control {

namespace {

constexpr std::size_t key_bytes = 32;        // RFC 8032 section 5.1.5
constexpr std::size_t signature_bytes = 64;  // section 5.1.6

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

/// What is signed: nothing else that this key could ever be asked to sign looks like it.
std::string statement(std::string_view token) {
    return "pronto resume " + std::string(token);
}

Pkey public_key(std::string_view text) {
    const auto raw = from_hex(text);
    if (!raw || raw->size() != key_bytes) return nullptr;
    return Pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw->data(), raw->size()));
}

[[noreturn]] void no_crypto() {
    throw std::runtime_error("OpenSSL has no Ed25519 here: check the OpenSSL installation of this computer");
}

}  // namespace

struct ResumeKey::Key {
    Pkey pkey;
};

ResumeKey ResumeKey::make() {
    Bytes seed = random_bytes(key_bytes);
    Pkey pkey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    wipe(std::span<Byte>(seed));
    if (!pkey) no_crypto();
    return ResumeKey(std::make_shared<const Key>(Key{std::move(pkey)}));
}

std::optional<ResumeKey> ResumeKey::from(const Secret& secret) {
    auto seed = from_hex(secret.text());
    if (!seed || seed->size() != key_bytes) return std::nullopt;
    Pkey pkey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed->data(), seed->size()));
    wipe(std::span<Byte>(*seed));
    if (!pkey) return std::nullopt;
    return ResumeKey(std::make_shared<const Key>(Key{std::move(pkey)}));
}

std::string ResumeKey::public_text() const {
    std::array<Byte, key_bytes> raw{};
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key_->pkey.get(), raw.data(), &size) != 1) no_crypto();
    return hex(raw);
}

Secret ResumeKey::secret() const {
    std::array<Byte, key_bytes> raw{};
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_private_key(key_->pkey.get(), raw.data(), &size) != 1) no_crypto();
    std::string text = hex(raw);
    wipe(std::span<Byte>(raw));
    return Secret(std::move(text));
}

std::string ResumeKey::prove(std::string_view token) const {
    const std::string said = statement(token);
    std::array<Byte, signature_bytes> signature{};
    std::size_t size = signature.size();
    const Context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pkey.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, as_bytes(said).data(), said.size()) != 1)
        no_crypto();
    return hex(signature);
}

bool is_resume_key(std::string_view public_text) { return public_key(public_text) != nullptr; }

bool proves(std::string_view public_text, std::string_view token, std::string_view proof) {
    const auto key = public_key(public_text);
    const auto signature = from_hex(proof);
    if (!key || !signature || signature->size() != signature_bytes) return false;
    const std::string said = statement(token);
    const Context context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature->data(), signature->size(), as_bytes(said).data(), said.size()) == 1;
}

}  // namespace pronto::control
