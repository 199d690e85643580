#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::fbs {
class KeyRing;
}

namespace pronto::recording {

/// How much of a movie part there is; counted when handed over.
struct Facts {
    std::int64_t duration_ms = 0;
    std::uint64_t bytes = 0;  ///< of the file; sealed it is a little larger
    std::uint64_t messages = 0;
};

/// Told at each change of a part's row: `writing` from inside header(), before there is a file, then `complete` or `failed` (with why in
/// `detail`), once. Comes on any thread (a failure also from inside message()), must not block and must not call the
/// part.
using OnChange = std::function<void(const hub::RecordingRecord&)>;

/// One file of a movie. header() and message() may be called from one relay thread, everything else from any. None of
/// them blocks or throws: they append to a bounded queue that recorder threads write out.
class Part {
public:
    class State;
    explicit Part(std::shared_ptr<State> state);
    /// As close().
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    /// The start of the movie: how the screen is when the first update passes. Once, before any message; the file is
    /// made now.
    void header(const wire::ServerInit& init);
    /// One whole server message of type 0 or 1, not empty. Stamped with the time since header().
    void message(ByteView message);
    /// Gives the recording up: what was handed over so far stays, state `failed`.
    void fail(const std::string& why);
    Facts facts() const;
    /// Was it given up, by fail() or by the disk?
    bool failed() const;
    /// No more will come: the recorder writes the rest, syncs the file and tells. A part without header leaves no file.
    void close();
    /// As close(), and the side file says that somebody wants what follows not to be recorded.
    void pause();
    /// Waits until what was handed over has reached the file, or failed. For tests and orderly stops.
    void flush();

private:
    std::shared_ptr<State> state_;
};

/// Writes movies off the relay's path. A part whose disk is too slow or fails is given up and said so (OnChange);
/// nobody else is delayed by it. What is handed over is written after `hold` at the latest, so that is what a killed
/// hub loses.
class Recorder {
public:
    struct Options {
        std::filesystem::path folder;  ///< 0700, made if missing
        std::size_t longest_queue_bytes =
            32 * 1024 * 1024;                  ///< per part; a part that finds so much waiting is given up
        std::size_t write_bytes = 256 * 1024;  ///< gathered before a write that is not yet due
        Millis hold{500};
        int threads = 2;
        /// Opens a new file for writing; the default makes it 0600 and refuses an existing one. Returns a descriptor,
        /// or -1 with errno. Replaced in tests.
        std::function<int(const std::filesystem::path&)> open;
        /// The files are sealed with a key of their own each, which the first of these wraps. None: they are plain.
        std::shared_ptr<const fbs::KeyRing> seal_with;
    };
    /// Throws std::runtime_error if the folder cannot be made or written.
    Recorder(Options options, const Clock& clock);
    /// Closes every part and waits until all are on disk.
    ~Recorder();

    /// `session` (letters, digits and dashes) and `part` name the file: "<session>.part<part>.fbs", with a side file
    /// "<session>.part<part>.json". `continues`: the server's zlib streams go on from the part before.
    std::unique_ptr<Part> start(const std::string& session, int part, bool continues, OnChange on_change);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::recording
