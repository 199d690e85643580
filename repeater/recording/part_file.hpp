#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/fbs/seal.hpp"

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
    /// With `seal` it becomes a sealed file.
    void open(const Open& open, const fbs::KeyRing* seal = nullptr);
    /// All or nothing: what a failing disk took of `blocks` is cut off again, so that the file ends with a whole block.
    /// After a failure nothing more can be appended to a sealed file.
    void append(ByteView blocks);
    /// Nothing more will be appended: a sealed file says so at its end.
    void end();
    /// Everything on disk, the folder's entry too.
    void sync_and_close();
    void close();
    const std::filesystem::path& path() const { return path_; }
    /// Bytes in the file, more than were appended if it is sealed.
    std::uint64_t size() const { return size_; }

private:
    [[noreturn]] void fail(const char* doing, int reason) const;
    void write(ByteView bytes, std::uint64_t& size) const;
    template <class Fill>
    void write_sealed(Fill fill, std::uint64_t& size);

    std::filesystem::path path_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
    std::optional<fbs::Sealer> sealer_;
    Bytes sealed_;  ///< memory for what is on its way
};

}  // namespace pronto::recording
