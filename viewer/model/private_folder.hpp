#pragma once

#include <filesystem>
#include <string_view>

namespace pronto::viewer {

/// A folder of its own for what only this user may read for a while (0700), in the system's place for such. It goes
/// with everything in it when the object goes.
class PrivateFolder {
public:
    /// `what` is for is in its name. Throws std::runtime_error naming the place and the reason.
    explicit PrivateFolder(std::string_view what = "movie");
    ~PrivateFolder();
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A new file (0600) that is written from front to back.
class PrivateFile {
public:
    /// Throws std::runtime_error naming the file and the reason; so does write(), for instance on a full disk.
    explicit PrivateFile(std::filesystem::path path);
    ~PrivateFile();
    PrivateFile(const PrivateFile&) = delete;
    PrivateFile& operator=(const PrivateFile&) = delete;
    void write(std::string_view bytes);

private:
    std::filesystem::path path_;
    int fd_;
};

}  // namespace pronto::viewer
