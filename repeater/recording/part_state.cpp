#include "repeater/recording/part_state.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "repeater/recording/side_file.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/writer.hpp"

namespace pronto::recording {

namespace {

/// A buffer that grew larger while the disk was slow is not kept.
constexpr std::size_t largest_spare_bytes = 1024 * 1024;

}  // namespace

Part::State::State(hub::RecordingRecord row, bool continues, const Recorder::Options& options, const Clock& clock,
                   OnChange on_change, std::shared_ptr<Queue> queue)
    : continues_(continues),
      options_(options),
      clock_(clock),
      on_change_(std::move(on_change)),
      queue_(std::move(queue)),
      file_(options.folder / row.file),
      row_(std::move(row)) {}

void Part::State::header(const wire::ServerInit& init) {
    std::unique_lock lock(mutex_);
    if (started_ || ending()) return;
    started_ = clock_.now();
    row_.started = clock_.unix_now();
    screen_ = init.size;
    fbs::append_header(pending_, init);
    bytes_ = pending_.size();
    const auto row = row_now(hub::RecordingState::writing);
    lock.unlock();
    tell(row);  // now, not once the disk has it: nobody may take the movie for complete without this part
    lock.lock();
    schedule(Due::now);  // a folder that cannot be written shows at once
}

void Part::State::message(ByteView message) {
    const auto now = clock_.now();
    std::unique_lock lock(mutex_);
    if (!accepts() || message.empty()) return;
    if (const auto waiting = pending_.size() + in_flight_; waiting >= options_.longest_queue_bytes) {
        give_up(lock, fmt::format("the disk is too slow: {} wait to be written", human_bytes(waiting)));
        return;
    }
    append(message, std::chrono::duration_cast<Millis>(now - *started_));
    schedule_pending();
}

void Part::State::append(ByteView message, Millis at) {
    const auto before = pending_.size();
    const auto at_ms = std::min<std::int64_t>(at.count(), std::numeric_limits<std::uint32_t>::max());
    fbs::append_blocks(pending_, message, static_cast<std::uint32_t>(at_ms));
    bytes_ += pending_.size() - before;
    duration_ms_ = at_ms;
    ++messages_;
}

void Part::State::mark_end() {
    constexpr std::array<Byte, 4> no_rectangles{};  // FramebufferUpdate: type 0, padding, u16 number of rectangles
    const auto at = std::chrono::duration_cast<Millis>(clock_.now() - *started_);
    if (at <= Millis(duration_ms_)) return;
    append(no_rectangles, at);
    --messages_;  // it was not handed over
}

void Part::State::fail(const std::string& why) {
    std::unique_lock lock(mutex_);
    if (!ending()) give_up(lock, why);
}

Facts Part::State::facts() const {
    return {duration_ms_, bytes_, messages_};
}

bool Part::State::failed() const {
    const std::lock_guard lock(mutex_);
    return !failure_.empty();
}

void Part::State::close(bool paused) {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    if (accepts()) mark_end();
    closing_ = true;
    paused_ = paused;
    if (!started_ && failure_.empty())
        finished_ = true;  // there is no file
    else
        schedule(Due::now);
}

void Part::State::flush() {
    std::unique_lock lock(mutex_);
    if (!pending_.empty()) schedule(Due::now);
    turn_over_.wait(lock, [this] { return ending() ? finished_ : pending_.empty() && !busy_; });
}

void Part::State::schedule(Due due) {
    if (due <= due_) return;
    due_ = due;
    if (due == Due::now)
        queue_->push(shared_from_this());
    else
        queue_->push_later(shared_from_this());
}

void Part::State::schedule_pending() {
    if (finished_ || busy_) return;  // the busy thread looks again when its turn is over
    if (ending() || pending_.size() >= options_.write_bytes)
        schedule(Due::now);
    else if (!pending_.empty())
        schedule(Due::later);
}

void Part::State::work() {
    std::unique_lock lock(mutex_);
    due_ = Due::not_at_all;
    if (busy_ || finished_) return;
    busy_ = true;
    Bytes blocks = std::exchange(pending_, std::exchange(spare_, {}));
    if (!blocks.empty()) {
        in_flight_ = blocks.size();
        lock.unlock();
        const auto problem = write_out(blocks);
        lock.lock();
        in_flight_ = 0;
        if (problem.empty()) written_ = file_.size();
        if (!problem.empty() && failure_.empty()) give_up(lock, problem);
        blocks.clear();
        if (blocks.capacity() <= largest_spare_bytes) spare_ = std::move(blocks);
    }
    if (ending() && pending_.empty()) finish(lock);
    busy_ = false;
    turn_over_.notify_all();
    schedule_pending();
}

std::string Part::State::write_out(ByteView blocks) {
    try {
        const bool first = !file_.is_open();
        if (first) file_.open(options_.open, options_.seal_with.get());
        file_.append(blocks);
        if (first) {
            std::unique_lock lock(mutex_);
            const auto row = row_now(hub::RecordingState::writing);
            const auto now = nature();
            lock.unlock();
            write_side_file(options_.folder, row, now);
        }
        return {};
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

void Part::State::finish(std::unique_lock<std::mutex>& lock) {
    const bool good = failure_.empty();
    lock.unlock();
    std::string problem;
    const bool made = file_.is_open();
    try {
        if (made && good) file_.end();
        if (made) file_.sync_and_close();
    } catch (const std::exception& failed) {
        problem = failed.what();
    }
    lock.lock();
    written_ = file_.size();
    if (!problem.empty() && failure_.empty()) give_up(lock, problem);
    const auto row = row_now(failure_.empty() ? hub::RecordingState::complete : hub::RecordingState::failed);
    const auto now = nature();
    lock.unlock();
    if (made) write_side_file(options_.folder, row, now);
    tell(row);
    lock.lock();
    finished_ = true;
}

void Part::State::give_up(std::unique_lock<std::mutex>& lock, const std::string& why) {
    failure_ = why;
    row_.detail = why;
    pending_ = {};
    const auto row = row_now(hub::RecordingState::failed);
    schedule(Due::now);  // for the file to be closed
    lock.unlock();
    log::error("the recording {} failed: {}", row.file, why);
    tell(row);
    lock.lock();
}

hub::RecordingRecord Part::State::row_now(hub::RecordingState state) const {
    auto row = row_;
    row.state = state;
    row.duration_ms = duration_ms_;
    row.bytes = written_;
    return row;
}

void Part::State::tell(const hub::RecordingRecord& row) {
    const std::lock_guard lock(telling_);
    if (told_the_end_) return;
    told_the_end_ = row.state != hub::RecordingState::writing;
    if (on_change_) on_change_(row);
}

}  // namespace pronto::recording
