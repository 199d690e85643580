#include "rfb-ext/fbs/aes_gcm.hpp"

#include <stdexcept>

#include <openssl/evp.h>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/secrets.hpp"

namespace pronto::fbs {

namespace {

void expect(bool done) {
    if (!done) throw std::runtime_error("AES-256-GCM is not to be had from OpenSSL");
}

}  // namespace

void SecretKey::Wipe::operator()(Memory* memory) const {
    wipe(*memory);
    delete memory;
}

SecretKey::SecretKey() : bytes_(new Memory{}) {}

SecretKey SecretKey::random() {
    SecretKey key;
    Bytes drawn = random_bytes(size);
    std::copy(drawn.begin(), drawn.end(), key.bytes_->begin());
    wipe(drawn);
    return key;
}

void AesGcm::Free::operator()(evp_cipher_ctx_st* context) const {
    ::EVP_CIPHER_CTX_free(context);
}

AesGcm::AesGcm(Way way, const SecretKey& key) : context_(::EVP_CIPHER_CTX_new()) {
    expect(context_ && ::EVP_CipherInit_ex(context_.get(), ::EVP_aes_256_gcm(), nullptr, key.bytes().data(), nullptr,
                                           way == Way::seal ? 1 : 0) == 1);
}

void AesGcm::begin(const Nonce& nonce, ByteView with) {
    int ignored = 0;
    expect(::EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data(), -1) == 1);
    expect(::EVP_CipherUpdate(context_.get(), nullptr, &ignored, with.data(), static_cast<int>(with.size())) == 1);
}

void AesGcm::seal(const Nonce& nonce, ByteView with, ByteView plain, Bytes& to) {
    begin(nonce, with);
    const auto at = to.size();
    to.resize(at + plain.size() + tag_bytes);
    Byte* const tag = to.data() + at + plain.size();
    int done = 0;
    if (!plain.empty())
        expect(::EVP_CipherUpdate(context_.get(), to.data() + at, &done, plain.data(),
                                  static_cast<int>(plain.size())) == 1);
    expect(static_cast<std::size_t>(done) == plain.size());
    expect(::EVP_CipherFinal_ex(context_.get(), tag, &done) == 1 &&
           ::EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag) == 1);
}

bool AesGcm::open(const Nonce& nonce, ByteView with, std::span<Byte> sealed) {
    if (sealed.size() < tag_bytes) return false;
    begin(nonce, with);
    const auto plain = sealed.first(sealed.size() - tag_bytes);
    int done = 0;
    if (!plain.empty())
        expect(::EVP_CipherUpdate(context_.get(), plain.data(), &done, plain.data(), static_cast<int>(plain.size())) ==
               1);
    Byte* const tag = sealed.data() + plain.size();
    expect(::EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag) == 1);
    Byte none[tag_bytes];
    return ::EVP_CipherFinal_ex(context_.get(), none, &done) == 1;
}

}  // namespace pronto::fbs
