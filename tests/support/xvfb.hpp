#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace pronto::test {

/// A private X server for one test: Xvfb on a free display, ended with the object. Skips nothing: throws
/// std::runtime_error when Xvfb cannot be started.
class Xvfb {
public:
    explicit Xvfb(const std::string& screen = "800x600x24", std::vector<std::string> more = {});
    ~Xvfb();
    Xvfb(const Xvfb&) = delete;
    Xvfb& operator=(const Xvfb&) = delete;

    const std::string& display() const { return display_; }  ///< ":97"
    /// Ends the server at once, as a crash would.
    void kill();
    /// Runs a program of this display to its end, e.g. {"xrandr", "-s", "640x480"}; returns its exit code and what it wrote.
    struct Ran { int code = -1; std::string output; };
    Ran run(const std::vector<std::string>& command, const std::string& input = {}) const;
    /// Starts a program of this display that is ended with the server.
    pid_t start(const std::vector<std::string>& command);

private:
    pid_t server_ = -1;
    std::string display_;
    std::vector<pid_t> clients_;
};

}  // namespace pronto::test
