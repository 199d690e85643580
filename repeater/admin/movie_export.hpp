#pragma once

#include <filesystem>
#include <string>

namespace pronto::admin {

/// A new file, 0600, that takes the bytes of another; gone again unless it took all of them. Throws Refused for a file
/// that exists, std::runtime_error for what the disk refuses.
class PrivateCopy {
public:
    explicit PrivateCopy(std::filesystem::path out);
    ~PrivateCopy();
    PrivateCopy(const PrivateCopy&) = delete;
    PrivateCopy& operator=(const PrivateCopy&) = delete;

    /// Refused if the copy has not that SHA-256 (hex): it is not the movie that was finished.
    void take(const std::filesystem::path& from, const std::string& sha256);

private:
    std::filesystem::path out_;
    int fd_;
    bool whole_ = false;
};

}  // namespace pronto::admin
