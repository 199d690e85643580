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

NewFile::NewFile(std::filesystem::path target, const KeyRing* seal)
    : target_(std::move(target)), path_(target_.string() + ".XXXXXX") {
    if (seal) sealer_.emplace(target_.filename().string(), *seal);
    fd_ = ::mkstemp(path_.data());
    if (fd_ < 0) fail("write", target_, errno);
    if (!sealer_) return;
    try {
        write_all(fd_, sealer_->header().data(), sealer_->header().size());
    } catch (...) {
        ::close(fd_);
        ::unlink(path_.c_str());
        throw;
    }
}

NewFile::~NewFile() {
    ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
}

void NewFile::write(ByteView plain) {
    if (!sealer_) return write_all(fd_, plain.data(), plain.size());
    sealed_.clear();
    sealer_->add(plain, sealed_);
    write_all(fd_, sealed_.data(), sealed_.size());
}

void NewFile::end() {
    if (!sealer_) return;
    sealed_.clear();
    sealer_->end(sealed_);
    write_all(fd_, sealed_.data(), sealed_.size());
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
