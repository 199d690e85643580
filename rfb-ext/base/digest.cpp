#include "rfb-ext/base/digest.hpp"

#include <stdexcept>

#include <openssl/evp.h>

namespace pronto {

struct Digest::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> sum{::EVP_MD_CTX_new(), &::EVP_MD_CTX_free};
};

namespace {

void expect(bool good) {
    if (!good) throw std::runtime_error("SHA-256 is not to be had");
}

}  // namespace

Digest::Digest() : state_(std::make_unique<State>()) {
    expect(state_->sum && ::EVP_DigestInit_ex(state_->sum.get(), ::EVP_sha256(), nullptr) == 1);
}

Digest::~Digest() = default;

void Digest::add(ByteView data) {
    expect(::EVP_DigestUpdate(state_->sum.get(), data.data(), data.size()) == 1);
}

Sha256 Digest::finish() {
    Sha256 digest{};
    expect(::EVP_DigestFinal_ex(state_->sum.get(), digest.data(), nullptr) == 1);
    return digest;
}

}  // namespace pronto
