#include "repeater/recording/movie_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace pronto::recording {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* why) {
    throw std::runtime_error(fmt::format("cannot read {}: {}", file.string(), why));
}

}  // namespace

std::optional<MovieBytes> MovieBytes::open(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return std::nullopt;
    if (fd < 0) fail(file, std::strerror(errno));
    MovieBytes opened(file, fd, 0);
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) fail(file, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) fail(file, "it is no ordinary file");
    opened.size_ = static_cast<std::uint64_t>(facts.st_size);
    return opened;
}

MovieBytes::MovieBytes(MovieBytes&& other) noexcept
    : file_(std::move(other.file_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

MovieBytes::~MovieBytes() {
    if (fd_ >= 0) ::close(fd_);
}

std::string MovieBytes::read(std::uint64_t first, std::size_t bytes) const {
    std::string piece(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
        const auto more = ::pread(fd_, piece.data() + got, bytes - got, static_cast<off_t>(first + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) fail(file_, std::strerror(errno));
        if (more == 0) fail(file_, "it ends before it should");
        got += static_cast<std::size_t>(more);
    }
    return piece;
}

}  // namespace pronto::recording
