#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

/// Logs for a support person: one line an event, to standard error (and a file if asked). Never passwords, tokens, key
/// presses or clipboard text. Text that came from the wire goes through presentable() first.
namespace pronto::log {

enum class Level { debug, info, warning, error };

/// Throws std::runtime_error if `file` (empty: standard error only) cannot be opened.
void configure(Level least, const std::string& file = {});
void write(Level level, std::string_view line);
bool enabled(Level level);

template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
    if (enabled(Level::debug)) write(Level::debug, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
    if (enabled(Level::info)) write(Level::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
    write(Level::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
    write(Level::error, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace pronto::log
