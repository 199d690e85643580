#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "repeater/recording/part_file.hpp"
#include "repeater/recording/recorder.hpp"
#include "repeater/recording/side_file.hpp"
#include "repeater/recording/work_queue.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::recording {

/// A part between the relay thread that fills it and the recorder thread that empties it. The relay thread only ever
/// holds the lock to append to a buffer; the file is touched outside the lock, by one recorder thread at a time.
class Part::State : public std::enable_shared_from_this<Part::State> {
public:
    using Queue = WorkQueue<State>;

    State(hub::RecordingRecord row, bool continues, const Recorder::Options& options, const Clock& clock,
          OnChange on_change, std::shared_ptr<Queue> queue);

    void header(const wire::ServerInit& init);
    void message(ByteView message);
    void fail(const std::string& why);
    Facts facts() const;
    bool failed() const;
    /// `paused`: somebody wants what follows not to be recorded.
    void close(bool paused);
    void flush();

    /// A recorder thread's turn: writes what is pending, once.
    void work();

private:
    enum class Due { not_at_all, later, now };

    void schedule(Due due);
    void schedule_pending();
    bool accepts() const { return started_ && !closing_ && failure_.empty(); }
    bool ending() const { return closing_ || !failure_.empty(); }
    void append(ByteView message, Millis at);
    /// The movie lasts until now, also when nothing has changed for a while.
    void mark_end();
    /// Opens the file if this is the first time. Returns why it failed; empty: it did not.
    std::string write_out(ByteView blocks);
    void finish(std::unique_lock<std::mutex>& lock);
    /// Lets go of the lock to tell.
    void give_up(std::unique_lock<std::mutex>& lock, const std::string& why);
    PartNature nature() const { return {screen_, continues_, paused_}; }
    hub::RecordingRecord row_now(hub::RecordingState state) const;
    void tell(const hub::RecordingRecord& row);

    const bool continues_;
    const Recorder::Options options_;
    const Clock& clock_;
    const OnChange on_change_;
    const std::shared_ptr<Queue> queue_;
    PartFile file_;  ///< the busy recorder thread's

    std::atomic<std::int64_t> duration_ms_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> messages_{0};

    mutable std::mutex mutex_;
    std::condition_variable turn_over_;
    hub::RecordingRecord row_;
    Size screen_;
    std::optional<SteadyTime> started_;
    Bytes pending_;              ///< blocks that wait
    Bytes spare_;                ///< the other buffer, while nobody writes it
    std::size_t in_flight_ = 0;  ///< bytes that a recorder thread writes now
    std::uint64_t written_ = 0;  ///< bytes in the file
    Due due_ = Due::not_at_all;
    bool busy_ = false;
    bool closing_ = false;
    bool paused_ = false;
    bool finished_ = false;
    std::string failure_;

    std::mutex telling_;  ///< a failure may be told by the relay thread while a recorder thread tells the start
    bool told_the_end_ = false;
};

}  // namespace pronto::recording
