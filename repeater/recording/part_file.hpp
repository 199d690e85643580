#pragma once

#include <filesystem>
#include <functional>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::recording {

/// The file of one movie part, on a recorder thread. Every failure throws std::runtime_error naming file and reason.
class PartFile {
public:
    using Open = std::function<int(const std::filesystem::path&)>;

    explicit PartFile(std::filesystem::path path) : path_(std::move(path)) {}
    ~PartFile();
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    /// A new file, 0600; an existing one is never touched.
    static int open_new(const std::filesystem::path& path);

    bool is_open() const { return fd_ >= 0; }
    void open(const Open& open);
    /// All or nothing: what a failing disk took of `blocks` is cut off again, so that the file ends with a whole block.
    void append(ByteView blocks);
    /// Everything on disk, the folder's entry too.
    void sync_and_close();
    void close();
    const std::filesystem::path& path() const { return path_; }

private:
    [[noreturn]] void fail(const char* doing, int reason) const;

    std::filesystem::path path_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace pronto::recording
