#include "repeater/recording/part_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace pronto::recording {

PartFile::~PartFile() {
    close();
}

int PartFile::open_new(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void PartFile::fail(const char* doing, int reason) const {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, path_.string(), std::strerror(reason)));
}

void PartFile::open(const Open& open) {
    fd_ = open(path_);
    if (fd_ < 0) fail("make", errno);
}

void PartFile::append(ByteView blocks) {
    std::size_t written = 0;
    while (written < blocks.size()) {
        const ssize_t more = ::write(fd_, blocks.data() + written, blocks.size() - written);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) {
            const int reason = errno;
            // Best effort: a reader also copes with a block that is cut.
            [[maybe_unused]] const int ignored = ::ftruncate(fd_, static_cast<off_t>(size_));
            fail("write", reason);
        }
        written += static_cast<std::size_t>(more);
    }
    size_ += blocks.size();
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
