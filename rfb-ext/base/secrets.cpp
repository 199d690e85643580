#include "rfb-ext/base/secrets.hpp"

#include <openssl/crypto.h>

namespace pronto {

void wipe(std::string& secret) {
    secret.resize(secret.capacity());
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

void wipe(std::span<Byte> secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
}

Secret::Secret(std::string&& text) {
    auto* const kept = new std::string(text);
    wipe(text);
    text_ = std::shared_ptr<const std::string>(kept, [](std::string* secret) {
        wipe(*secret);
        delete secret;
    });
}

}  // namespace pronto
