#include "rfb-ext/wire/vnc_auth.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/secrets.hpp"

namespace pronto::wire {

namespace {

constexpr std::size_t key_bytes = 8;

Byte bits_reversed(Byte byte) {
    unsigned reversed = 0;
    for (unsigned bit = 0; bit < 8; ++bit) reversed |= (byte >> bit & 1U) << (7 - bit);
    return static_cast<Byte>(reversed);
}

/// Triple DES with one key three times is DES, which OpenSSL 3 has in its legacy provider only.
using TripleKey = std::array<Byte, 3 * key_bytes>;

TripleKey key_of(std::string_view password) {
    TripleKey key{};
    for (std::size_t i = 0; i < std::min(password.size(), key_bytes); ++i)
        key[i] = key[i + key_bytes] = key[i + 2 * key_bytes] = bits_reversed(static_cast<Byte>(password[i]));
    return key;
}

}  // namespace

Challenge random_challenge() {
    const auto bytes = random_bytes(challenge_bytes);
    Challenge challenge{};
    std::copy(bytes.begin(), bytes.end(), challenge.begin());
    return challenge;
}

ChallengeResponse vnc_response(const Challenge& challenge, std::string_view password) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> des(EVP_CIPHER_CTX_new(),
                                                                              &EVP_CIPHER_CTX_free);
    ChallengeResponse response{};
    auto key = key_of(password);
    int written = 0;
    const bool encrypted =
        des && EVP_EncryptInit_ex(des.get(), EVP_des_ede3_ecb(), nullptr, key.data(), nullptr) == 1 &&
        EVP_CIPHER_CTX_set_padding(des.get(), 0) == 1 &&
        EVP_EncryptUpdate(des.get(), response.data(), &written, challenge.data(), static_cast<int>(challenge.size())) ==
            1 &&
        written == static_cast<int>(response.size());
    wipe(key);
    if (!encrypted) throw std::runtime_error("OpenSSL has no DES, which VNC passwords need");
    return response;
}

bool response_matches(const Challenge& challenge, const ChallengeResponse& response, std::string_view password) {
    return constant_time_equal(response, vnc_response(challenge, password));
}

}  // namespace pronto::wire
