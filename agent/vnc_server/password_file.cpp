#include "agent/vnc_server/password_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "rfb-ext/base/descriptor.hpp"
#include "rfb-ext/base/secrets.hpp"

namespace pronto::vnc_server {
namespace {

constexpr std::size_t most_bytes = 1024;

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view why) {
    throw std::runtime_error(fmt::format("The password file {} cannot be used: {}.", file.string(), why));
}

/// The text of vncpasswd's files is encrypted with a key that everybody knows; it is not what is in them that we want.
bool is_text(std::string_view line) {
    return std::all_of(line.begin(), line.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

}  // namespace

std::string read_password(const std::filesystem::path& file) {
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts = {};
    if (fd.get() < 0 || ::fstat(fd.get(), &facts) != 0) fail(file, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) fail(file, "it is no ordinary file");
    if ((facts.st_mode & 077) != 0)
        fail(file, fmt::format("others than its owner may read or write it (mode {:o}): chmod 600 {}",
                               facts.st_mode & 0777, file.string()));
    std::string content(most_bytes, '\0');
    std::size_t got = 0;
    for (ssize_t more = 1; more != 0 && got < content.size();) {
        more = ::read(fd.get(), content.data() + got, content.size() - got);
        if (more < 0 && errno != EINTR) fail(file, std::strerror(errno));
        if (more > 0) got += static_cast<std::size_t>(more);
    }
    const auto line = std::string_view(content).substr(0, std::min(got, content.find_first_of("\r\n")));
    std::string password(line);
    const bool usable = !line.empty() && is_text(line);
    const bool empty = line.empty();
    wipe(content);
    if (usable) return password;
    wipe(password);
    fail(file,
         empty ? "it is empty" : "it must hold the password itself as a line of text, not what vncpasswd makes of it");
}

}  // namespace pronto::vnc_server
