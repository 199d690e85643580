#include "rfb-ext/base/files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"

namespace pronto {

namespace {

[[noreturn]] void fail(std::string_view doing, const std::filesystem::path& path, int reason) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(reason)));
}

void write_all(int fd, std::string_view content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            const int reason = errno;
            ::close(fd);
            ::unlink(path.c_str());
            fail("write", path, reason);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("read", path, errno);
    std::string content(limit + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (in.bad()) fail("read", path, errno);
    content.resize(static_cast<std::size_t>(in.gcount()));
    if (content.size() > limit)
        throw std::runtime_error(fmt::format("{} is larger than {} bytes", path.string(), limit));
    return content;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode) {
    std::string temporary = path.string() + ".XXXXXX";
    const int fd = ::mkstemp(temporary.data());
    if (fd < 0) fail("write", path, errno);
    write_all(fd, content, temporary);
    const bool stored = ::fchmod(fd, mode) == 0 && ::fsync(fd) == 0;
    const int reason = errno;
    ::close(fd);
    if (!stored || ::rename(temporary.c_str(), path.c_str()) != 0) {
        const int why = stored ? errno : reason;
        ::unlink(temporary.c_str());
        fail("write", path, why);
    }
}

void make_private_folder(const std::filesystem::path& path) {
    std::error_code reason;
    if (std::filesystem::is_directory(path)) return;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), reason);
    if (!reason && ::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("make the folder", path, errno);
    if (reason) fail("make the folder", path, reason.value());
}

std::string read_secret(const std::filesystem::path& path) {
    struct stat facts = {};
    // Not refused: containers are given their secrets like this. A pipe has no readers but its own.
    if (::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 044) != 0)
        log::warning("Others on this computer may read the password in {} (mode {:o}): chmod 600 '{}'", path.string(),
                     facts.st_mode & 0777, path.string());
    std::string content = read_file(path, 4096);
    content.resize(std::min(content.find_first_of("\r\n"), content.size()));
    return content;
}

std::filesystem::path user_config_folder() {
    if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg && *xdg) return std::filesystem::path(xdg) / "pronto";
    if (const char* home = std::getenv("HOME"); home && *home) return std::filesystem::path(home) / ".config/pronto";
    throw std::runtime_error("neither XDG_CONFIG_HOME nor HOME is set: there is no place for settings");
}

}  // namespace pronto
