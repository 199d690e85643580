#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "rfb-ext/fbs/seal.hpp"

namespace pronto::fbs {

/// A new file beside its later name, mode 0600; gone again unless it is given that name. Throws std::runtime_error
/// naming the later name.
/// What write() takes may be sealed on its way into the file.
class NewFile {
public:
    /// With `seal` it is a sealed file, under its later name, whose header is written now; the keys may then go.
    explicit NewFile(std::filesystem::path target, const KeyRing* seal = nullptr);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    int fd() const { return fd_; }
    const std::string& path() const { return path_; }
    bool sealed() const { return sealer_.has_value(); }
    /// Appends. A file that is not sealed may also be written by its descriptor or path.
    void write(ByteView plain);
    /// Nothing more will be written. For sealed files, once.
    void end();
    /// Everything written is on the disk, then the file replaces what had the name.
    void take_name();

private:
    std::filesystem::path target_;
    std::string path_;
    int fd_;
    std::optional<Sealer> sealer_;
    Bytes sealed_;  ///< memory for what is on its way
};

/// Throws std::runtime_error.
void write_all(int fd, const void* data, std::size_t size);
/// The names in it are on the disk.
void sync_folder(const std::filesystem::path& folder);

}  // namespace pronto::fbs
