#include "repeater/admin/password.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <argon2.h>
#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::admin {

namespace {

constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::size_t longest_phc = 256;

/// No i, l, o, 0, 1: they are read for each other.
constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
constexpr std::size_t generated_letters = 20;
constexpr std::size_t group = 5;

}  // namespace

std::optional<std::string> password_problem(std::string_view password) {
    // A UTF-8 character begins with any byte but 10xxxxxx.
    const auto characters = std::count_if(password.begin(), password.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (characters < static_cast<std::ptrdiff_t>(shortest_password))
        return fmt::format("a password needs at least {} characters, this one has {}", shortest_password, characters);
    if (password.size() > longest_password_bytes)
        return fmt::format("a password may have at most {} bytes", longest_password_bytes);
    if (presentable(password, longest_password_bytes) != password)
        return "a password may not contain control characters and must be valid UTF-8";
    return std::nullopt;
}

std::string hash_password(std::string_view password) {
    const Bytes salt = random_bytes(salt_bytes);
    std::array<char, longest_phc> phc{};
    const int code = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(),
                                           salt.size(), hash_bytes, phc.data(), phc.size());
    if (code != ARGON2_OK)
        throw std::runtime_error(fmt::format("cannot hash a password: {}", argon2_error_message(code)));
    return phc.data();
}

bool verify_password(const std::string& phc, std::string_view password) {
    if (password.size() > longest_password_bytes) return false;
    return argon2id_verify(phc.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool verify_nobody(std::string_view password) {
    if (password.size() <= longest_password_bytes) hash_password(password);
    return false;
}

std::string generated_password() {
    std::string password;
    for (std::size_t count = 0; count < generated_letters;) {
        const auto pick = static_cast<std::size_t>(random_bytes(1).front() & 31);
        if (pick >= letters.size()) continue;  // taking the remainder would favour some
        if (count > 0 && count % group == 0) password += '-';
        password += letters[pick];
        ++count;
    }
    return password;
}

}  // namespace pronto::admin
