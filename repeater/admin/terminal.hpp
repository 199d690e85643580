#pragma once

#include <string>
#include <string_view>

namespace pronto::admin {

/// The person at the command line.
class Terminal {
public:
    virtual ~Terminal() = default;
    /// To standard output.
    virtual void print(std::string_view text) = 0;
    /// Shows the question and reads a line that is not echoed. Throws std::runtime_error if there is no terminal to ask
    /// on, or the person gave up (Ctrl+C, Ctrl+D).
    virtual std::string ask_hidden(const std::string& question) = 0;
};

/// Standard output and the controlling terminal.
class SystemTerminal final : public Terminal {
public:
    void print(std::string_view text) override;
    std::string ask_hidden(const std::string& question) override;
};

}  // namespace pronto::admin
