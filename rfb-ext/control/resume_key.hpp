#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/base/secrets.hpp"

namespace pronto::control {

/// A guest's own key (Ed25519, RFC 8032), by which the hub knows it again: a resume token is good only with a signature of the
/// key that came with the ticket. Made fresh for each ticket.
class ResumeKey {
public:
    /// Throws std::runtime_error if OpenSSL cannot.
    static ResumeKey make();
    /// As secret() gave it; nothing if it is not that.
    static std::optional<ResumeKey> from(const Secret& secret);

    /// 64 hex digits, for `hello.key`.
    std::string public_text() const;
    /// 64 hex digits, to be kept by the program.
    Secret secret() const;
    /// For `hello.proof`: 128 hex digits.
    std::string prove(std::string_view token) const;

private:
    struct Key;
    explicit ResumeKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
    std::shared_ptr<const Key> key_;
};

/// Is it the text of a public key?
bool is_resume_key(std::string_view public_text);
/// Whether whoever gave `proof` with this token has the key.
bool proves(std::string_view public_text, std::string_view token, std::string_view proof);

}  // namespace pronto::control
