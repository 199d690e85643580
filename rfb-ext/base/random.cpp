#include "rfb-ext/base/random.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "rfb-ext/base/text.hpp"

namespace pronto {

Bytes random_bytes(std::size_t count) {
    Bytes bytes(count);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system's random generator gives no random numbers");
    return bytes;
}

std::string random_id(int node) { return fmt::format("{}-{}", node, hex(random_bytes(8))); }

std::string random_token() { return base64url(random_bytes(32)); }

Sha256 sha256(ByteView data) {
    Sha256 digest;
    SHA256(data.data(), data.size(), digest.data());
    return digest;
}

bool constant_time_equal(ByteView a, ByteView b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pronto
