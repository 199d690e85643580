#pragma once

#include <filesystem>
#include <string>

namespace pronto::fbs {
class KeyRing;
}

namespace pronto::admin {

/// A new file, 0600, that takes the bytes of a finished movie; gone again unless it took all of them. Throws Refused
/// for a file that exists, std::runtime_error for what the disk refuses.
class PrivateCopy {
public:
    explicit PrivateCopy(std::filesystem::path out);
    ~PrivateCopy();
    PrivateCopy(const PrivateCopy&) = delete;
    PrivateCopy& operator=(const PrivateCopy&) = delete;

    /// Refused if the copy has not that SHA-256 (hex): it is not the movie that was finished.
    void take(const std::filesystem::path& from, const std::string& sha256);
    /// What is in a sealed movie; `from` is as for take(). Refused, too, if its end is missing.
    void take_unsealed(const std::filesystem::path& from, const std::string& sha256, const fbs::KeyRing* keys);
    /// A video of it, "webm" or "mp4", by `pronto-fbs export`, which shows its progress on standard error. Refused if
    /// that fails.
    void take_video(const std::filesystem::path& from, const std::string& sha256, const std::string& format,
                    const std::filesystem::path& pronto_fbs, const std::filesystem::path& key_file);

private:
    void write(const char* data, std::size_t size);
    void keep();

    std::filesystem::path out_;
    int fd_;
    bool whole_ = false;
};

}  // namespace pronto::admin
