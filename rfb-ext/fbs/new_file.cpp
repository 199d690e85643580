#include "rfb-ext/fbs/new_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace pronto::fbs {

namespace {

[[noreturn]] void fail(const char* doing, const std::filesystem::path& path, int reason) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(reason)));
}

}  // namespace

NewFile::NewFile(std::filesystem::path target) : target_(std::move(target)), path_(target_.string() + ".XXXXXX") {
    fd_ = ::mkstemp(path_.data());
    if (fd_ < 0) fail("write", target_, errno);
}

NewFile::~NewFile() {
    ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
}

void NewFile::take_name() {
    if (::fsync(fd_) != 0) fail("write", target_, errno);
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail("name", target_, errno);
    path_.clear();
}

void write_all(int fd, const void* data, std::size_t size) {
    for (const char* at = static_cast<const char*>(data); size > 0;) {
        const ssize_t written = ::write(fd, at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::runtime_error(fmt::format("cannot write the movie: {}", std::strerror(errno)));
        at += written;
        size -= static_cast<std::size_t>(written);
    }
}

void sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

}  // namespace pronto::fbs
