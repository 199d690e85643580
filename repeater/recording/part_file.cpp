#include "repeater/recording/part_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace pronto::recording {

namespace {

/// Of a queue that grew while the disk was slow no second, sealed copy is held.
constexpr std::size_t sealed_at_once_bytes = 256 * 1024;

}  // namespace

PartFile::~PartFile() {
    close();
}

int PartFile::open_new(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void PartFile::fail(const char* doing, int reason) const {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, path_.string(), std::strerror(reason)));
}

void PartFile::open(const Open& open, const fbs::KeyRing* seal) {
    if (seal) sealer_.emplace(path_.filename().string(), *seal);
    fd_ = open(path_);
    if (fd_ < 0) fail("make", errno);
}

void PartFile::append(ByteView blocks) {
    auto size = size_;
    if (!sealer_) {
        write(blocks, size);
    } else {
        if (size == 0) write(sealer_->header(), size);
        while (!blocks.empty()) {
            const auto some = blocks.first(std::min(blocks.size(), sealed_at_once_bytes));
            write_sealed([&](Bytes& to) { sealer_->add(some, to); }, size);
            blocks = blocks.subspan(some.size());
        }
    }
    size_ = size;
}

void PartFile::end() {
    if (!sealer_) return;
    auto size = size_;
    write_sealed([&](Bytes& to) { sealer_->end(to); }, size);
    size_ = size;
}

template <class Fill>
void PartFile::write_sealed(Fill fill, std::uint64_t& size) {
    sealed_.clear();
    fill(sealed_);
    write(sealed_, size);
}

/// Adds to `size`. Cuts off everything since size_ if the disk fails.
void PartFile::write(ByteView bytes, std::uint64_t& size) const {
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t more = ::write(fd_, bytes.data() + written, bytes.size() - written);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) {
            const int reason = errno;
            // Best effort: a reader also copes with a block that is cut.
            [[maybe_unused]] const int ignored = ::ftruncate(fd_, static_cast<off_t>(size_));
            fail("write", reason);
        }
        written += static_cast<std::size_t>(more);
    }
    size += bytes.size();
}

void PartFile::sync_and_close() {
    // A pipe or a device cannot be synced (EINVAL): only what can fail to reach a disk matters.
    if (::fsync(fd_) != 0 && errno != EINVAL && errno != EROFS) fail("sync", errno);
    const int closed = ::close(std::exchange(fd_, -1));
    if (closed != 0 && errno != EINTR) fail("close", errno);
    const int folder = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) fail("sync the folder of", errno);
    ::fsync(folder);
    ::close(folder);
}

void PartFile::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace pronto::recording
