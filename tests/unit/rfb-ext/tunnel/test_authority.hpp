#pragma once

#include <filesystem>
#include <string>

namespace pronto::tunnel::test {

/// What a certificate for a test says.
struct Wish {
    std::string host = "localhost";
    long valid_from_days = -1;  ///< relative to now
    long valid_to_days = 30;
};

/// Makes a certificate authority's certificate and one that it signed, with its key.
void make_signed(const std::filesystem::path& authority, const std::filesystem::path& certificate,
                 const std::filesystem::path& key, const Wish& wish);

}  // namespace pronto::tunnel::test
