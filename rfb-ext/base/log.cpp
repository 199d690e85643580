#include "rfb-ext/base/log.hpp"

#include <memory>
#include <mutex>
#include <stdexcept>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace pronto::log {

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::shared_ptr<spdlog::logger> make_logger(Level least, const std::string& file) {
    auto made = std::make_shared<spdlog::logger>("pronto", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    if (!file.empty()) made->sinks().push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
    made->set_level(to_spdlog(least));
    made->flush_on(spdlog::level::info);
    return made;
}

/// Never destroyed: threads may log while the program's statics are going.
std::shared_ptr<spdlog::logger>& logger() {
    static auto& instance = *new std::shared_ptr<spdlog::logger>(make_logger(Level::info, {}));
    return instance;
}

}  // namespace

void configure(Level least, const std::string& file) {
    try {
        logger() = make_logger(least, file);
    } catch (const spdlog::spdlog_ex& problem) {
        throw std::runtime_error(fmt::format("cannot write the log file {}: {}", file, problem.what()));
    }
}

void write(Level level, std::string_view line) { logger()->log(to_spdlog(level), line); }

bool enabled(Level level) { return logger()->should_log(to_spdlog(level)); }

}  // namespace pronto::log
