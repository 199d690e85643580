#include "viewer/model/private_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pronto::viewer {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path) {
    throw std::runtime_error("cannot write " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

PrivateFolder::PrivateFolder(std::string_view what) {
    std::error_code none;
    auto place = fs::temp_directory_path(none);
    std::string name = ((none ? fs::path("/tmp") : place) / ("pronto-" + std::string(what) + "-XXXXXX")).string();
    if (!::mkdtemp(name.data())) fail(name);
    path_ = name;
}

PrivateFolder::~PrivateFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

PrivateFile::PrivateFile(fs::path path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (fd_ < 0) fail(path_);
}

PrivateFile::~PrivateFile() {
    ::close(fd_);
}

void PrivateFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace pronto::viewer
