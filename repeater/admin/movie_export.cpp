#include "repeater/admin/movie_export.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "repeater/admin/accounts.hpp"
#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/fbs/plain_bytes.hpp"

extern char** environ;

namespace pronto::admin {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* doing, const std::filesystem::path& file) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

/// `movie`, or the copy of it at `where`, is the one that was finished.
void expect_unchanged(const fs::path& movie, const fs::path& where, const std::string& sha256) {
    if (recording::sha256_of(where) != sha256)
        throw Refused(
            fmt::format("{} is not as it was when it was finished (pronto-repeater recording verify)", movie.string()));
}

/// Runs a program with this one's terminal, but for its output, and waits for it. Refused if it fails.
void run(std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t how{};
    ::posix_spawnattr_init(&how);
    sigset_t interrupt;
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::posix_spawnattr_setsigdefault(&how, &interrupt);
    ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
    // Ctrl+C is for both: it ends the other, then this one tidies up.
    const auto before = std::signal(SIGINT, SIG_IGN);
    pid_t child = -1;
    int status = 0;
    const int problem = ::posix_spawn(&child, argv[0], &files, &how, argv.data(), environ);
    while (problem == 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    std::signal(SIGINT, before);
    ::posix_spawnattr_destroy(&how);
    ::posix_spawn_file_actions_destroy(&files);
    if (problem != 0) throw Refused(fmt::format("cannot run {}: {}", words[0], std::strerror(problem)));
    if (WIFSIGNALED(status)) throw Refused(fmt::format("{} was ended by signal {}", words[0], WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0) throw Refused(fmt::format("{} could not make the video", words[0]));
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
        write(buffer.data(), static_cast<std::size_t>(got));
    }
    expect_unchanged(from, out_, sha256);
    keep();
}

void PrivateCopy::take_unsealed(const fs::path& from, const std::string& sha256, const fbs::KeyRing* keys) {
    expect_unchanged(from, from, sha256);
    const auto movie = fbs::open_plain(from, keys);
    try {
        fbs::copy_plain(*movie, [this](ByteView plain) { write(as_text(plain).data(), plain.size()); });
    } catch (const fbs::DamagedBytes& damage) {
        throw Refused(fmt::format("{} is damaged: {}", from.string(), damage.what()));
    }
    if (movie->lacks_end()) throw Refused(fmt::format("{} is cut: its end was never sealed", from.string()));
    keep();
}

void PrivateCopy::take_video(const fs::path& from, const std::string& sha256, const std::string& format,
                             const fs::path& pronto_fbs, const fs::path& key_file) {
    expect_unchanged(from, from, sha256);
    std::vector<std::string> words{pronto_fbs.string(), "export", from.string(), "--out=" + out_.string(),
                                   "--format=" + format};
    if (!key_file.empty()) words.push_back("--key-file=" + key_file.string());
    run(words);
    whole_ = true;
}

void PrivateCopy::write(const char* data, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
        const ssize_t written = ::write(fd_, data + at, size - at);
        if (written < 0 && errno != EINTR) fail("write", out_);
        if (written > 0) at += static_cast<std::size_t>(written);
    }
}

void PrivateCopy::keep() {
    if (::fsync(fd_) != 0 && errno != EINVAL) fail("write", out_);
    whole_ = true;
}

}  // namespace pronto::admin
