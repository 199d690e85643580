#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/clock.hpp"

namespace boost::asio {
class io_context;
}

namespace pronto::recording {

/// Makes movies of the parts of sessions that have ended: runs `pronto-fbs finish` for one after the other, a few at a
/// time, at the lowest priority of processor and disk. What fails is tried again; what fails for good leaves the parts.
/// Everything happens on the io_context's one thread, but starting programs and reading files, which a low thread does.
class Finisher {
public:
    struct Options {
        std::filesystem::path program;  ///< pronto-fbs
        std::filesystem::path folder;   ///< of the recordings
        int workers = 1;                ///< programs at once
        bool keep_parts = false;
        std::filesystem::path key_file;  ///< for sealed parts; empty: none
        bool seal = false;               ///< the movies even if no part is sealed
        int most_attempts = 3;
        Millis pause{30'000};  ///< before another attempt; doubled each time
    };
    /// Told at each step of a movie, with what belongs into the audit log if it is an outcome.
    using OnChange = std::function<void(const hub::MovieRecord&, const std::optional<hub::AuditRecord>&)>;

    Finisher(Options options, boost::asio::io_context& thread, const Clock& clock, OnChange on_change);
    /// The thread must have ended.
    ~Finisher();

    /// The session has ended and its parts are closed. One that is queued already is not queued again.
    void add(const std::string& session);
    /// Starts nothing more and ends what runs; that waits again. The io_context runs out of work soon after.
    void stop();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace pronto::recording
