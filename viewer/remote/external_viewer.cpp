#include "viewer/remote/external_viewer.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "viewer/model/viewer_command.hpp"
#include "viewer/remote/local_pass.hpp"

extern char** environ;

namespace pronto::viewer {

namespace {

constexpr auto pass_file_name = "pass";

/// Nothing of ours goes along: no descriptor (an open connection would outlive its end here), no ignored signal, no
/// Ctrl+C of our terminal.
class SpawnWish {
public:
    SpawnWish() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&attributes);
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes, &signals);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnWish() {
        ::posix_spawnattr_destroy(&attributes);
        ::posix_spawn_file_actions_destroy(&actions);
    }
    SpawnWish(const SpawnWish&) = delete;
    SpawnWish& operator=(const SpawnWish&) = delete;

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

pid_t spawn(std::vector<std::string> words) {
    const SpawnWish wish;
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, argv.front(), &wish.actions, &wish.attributes, argv.data(), environ);
    if (error != 0)
        throw std::runtime_error(fmt::format("{} cannot be started: {}", words.front(), std::strerror(error)));
    return child;
}

std::string wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return "ended";
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
    return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace

/// The thread that waits for the program may outlive the object, and with it the mailbox.
struct ExternalViewer::Heard {
    std::mutex mutex;
    Mailbox* mailbox = nullptr;                     ///< nullptr: nobody listens
    std::function<void(const std::string&)> ended;  ///< the owner's thread only
};

ExternalViewer::ExternalViewer(const std::string& command, const BridgePlace& place, Mailbox& mailbox,
                               std::function<void(const std::string& how)> ended)
    : heard_(std::make_shared<Heard>()) {
    const auto file = folder_.path() / pass_file_name;
    auto words = viewer_command(command, place, file.string());
    program_ = std::filesystem::path(words.front()).filename().string();
    write_pass_file(file, place.pass);
    heard_->mailbox = &mailbox;
    heard_->ended = std::move(ended);
    std::thread([child = spawn(std::move(words)), heard = heard_] {
        const auto how = wait_for(child);
        const std::lock_guard lock(heard->mutex);
        if (!heard->mailbox) return;
        heard->mailbox->post([heard, how] {
            const auto tell = heard->ended;  // whoever hears it may end the object
            if (tell) tell(how);
        });
    }).detach();
}

ExternalViewer::~ExternalViewer() {
    const std::lock_guard lock(heard_->mutex);
    heard_->mailbox = nullptr;
    heard_->ended = nullptr;
}

void ExternalViewer::remove_pass_file() {
    std::error_code ignored;
    std::filesystem::remove(folder_.path() / pass_file_name, ignored);
}

}  // namespace pronto::viewer
