#include "repeater/admin/movie_export.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "repeater/admin/accounts.hpp"
#include "repeater/recording/movie_files.hpp"

namespace pronto::admin {

namespace {

[[noreturn]] void fail(const char* doing, const std::filesystem::path& file) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

}  // namespace

PrivateCopy::PrivateCopy(std::filesystem::path out)
    : out_(std::move(out)), fd_(::open(out_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (fd_ >= 0) return;
    if (errno == EEXIST) throw Refused(fmt::format("{} is there already; name a new file", out_.string()));
    fail("write", out_);
}

PrivateCopy::~PrivateCopy() {
    ::close(fd_);
    if (!whole_) ::unlink(out_.c_str());
}

void PrivateCopy::take(const std::filesystem::path& from, const std::string& sha256) {
    const int fd = ::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) fail("read", from);
    const std::unique_ptr<const int, void (*)(const int*)> closing(&fd, [](const int* open) { ::close(*open); });
    std::array<char, 64 * 1024> buffer{};
    for (ssize_t got = 1; got != 0;) {
        got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", from);
        for (ssize_t at = 0; at < got;) {
            const ssize_t written = ::write(fd_, buffer.data() + at, static_cast<std::size_t>(got - at));
            if (written < 0 && errno != EINTR) fail("write", out_);
            if (written > 0) at += written;
        }
    }
    if (::fsync(fd_) != 0 && errno != EINVAL) fail("write", out_);
    if (recording::sha256_of(out_) != sha256)
        throw Refused(
            fmt::format("{} is not as it was when it was finished (pronto-repeater recording verify)", from.string()));
    whole_ = true;
}

}  // namespace pronto::admin
