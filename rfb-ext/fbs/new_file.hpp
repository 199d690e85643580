#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace pronto::fbs {

/// A new file beside its later name, mode 0600; gone again unless it is given that name. Throws std::runtime_error
/// naming the later name.
class NewFile {
public:
    explicit NewFile(std::filesystem::path target);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    int fd() const { return fd_; }
    const std::string& path() const { return path_; }
    /// Everything written is on the disk, then the file replaces what had the name.
    void take_name();

private:
    std::filesystem::path target_;
    std::string path_;
    int fd_;
};

/// Throws std::runtime_error.
void write_all(int fd, const void* data, std::size_t size);
/// The names in it are on the disk.
void sync_folder(const std::filesystem::path& folder);

}  // namespace pronto::fbs
