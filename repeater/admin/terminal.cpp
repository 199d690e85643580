#include "repeater/admin/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>
#include <cstdio>
#include <stdexcept>

namespace pronto::admin {

namespace {

constexpr char ctrl_c = 3;
constexpr char ctrl_d = 4;
constexpr char backspace = 8;
constexpr char erase = 127;
constexpr char ctrl_u = 21;
constexpr std::size_t longest_line = 2048;

/// The controlling terminal, quiet and key by key: with signals off, Ctrl+C cannot leave it without echo.
class QuietTerminal {
public:
    QuietTerminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0) {
            if (fd_ >= 0) ::close(fd_);
            throw std::runtime_error(
                "there is no terminal to ask for a password on: use --password-file or --generate");
        }
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG | ICANON);
        quiet.c_cc[VMIN] = 1;
        quiet.c_cc[VTIME] = 0;
        ::tcsetattr(fd_, TCSAFLUSH, &quiet);
    }
    ~QuietTerminal() {
        ::tcsetattr(fd_, TCSAFLUSH, &before_);
        say("\n");
        ::close(fd_);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;

    void say(std::string_view text) const {
        [[maybe_unused]] const auto ignored = ::write(fd_, text.data(), text.size());
    }
    char key() const {
        char key = 0;
        if (::read(fd_, &key, 1) != 1) throw std::runtime_error("the terminal went away");
        return key;
    }

private:
    int fd_;
    termios before_{};
};

void drop_last_character(std::string& line) {
    while (!line.empty() && (line.back() & 0xC0) == 0x80) line.pop_back();
    if (!line.empty()) line.pop_back();
}

}  // namespace

void SystemTerminal::print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string SystemTerminal::ask_hidden(const std::string& question) {
    const QuietTerminal terminal;
    terminal.say(question);
    std::string line;
    while (line.size() < longest_line) {
        const char key = terminal.key();
        if (key == '\n' || key == '\r') return line;
        if (key == ctrl_c || (key == ctrl_d && line.empty())) throw std::runtime_error("cancelled");
        if (key == erase || key == backspace)
            drop_last_character(line);
        else if (key == ctrl_u)
            line.clear();
        else
            line += key;
    }
    return line;
}

}  // namespace pronto::admin
