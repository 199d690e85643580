#include "rfb-ext/fbs/movie_screen.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/writer.hpp"

namespace pronto::fbs {

namespace {

Rect united(const Rect& a, const Rect& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.x + a.width, b.x + b.width) - x, std::max(a.y + a.height, b.y + b.height) - y};
}

[[noreturn]] void refuse_index(const std::filesystem::path& movie, const std::string& why) {
    throw std::runtime_error(fmt::format("{} does not match {}: {}. \"pronto-fbs index {}\" makes that file anew",
                                         movie.string(), facts_file_of(movie).filename().string(), why,
                                         movie.string()));
}

}  // namespace

MovieScreen::MovieScreen(std::filesystem::path movie, const KeyRing* keys)
    : path_(std::move(movie)), file_(path_, keys) {
    pending_ = file_.next();
    if (!file_.init())
        throw std::runtime_error(fmt::format("{} {}: {}", path_.string(),
                                             file_.sealed() ? "cannot be read" : "is not a movie", file_.error()));
    init_ = *file_.init();
    largest_ = init_.size;
    read_facts();
    if (!indexed()) measure();
    jump_to_start();
}

/// A movie with facts is a finished one. Those of a part tell nothing that helps here.
void MovieScreen::read_facts() {
    const auto beside = facts_file_of(path_);
    if (beside == path_ || !std::filesystem::exists(beside)) return;
    try {
        facts_ = read_movie_facts(beside);
    } catch (const std::runtime_error& problem) {
        if (path_.stem().string().find(".part") != std::string::npos) return;
        throw std::runtime_error(
            fmt::format("{}. \"pronto-fbs index {}\" makes that file anew", problem.what(), path_.string()));
    }
    const auto bytes = file_.size();
    if (facts_.bytes != bytes) refuse_index(path_, fmt::format("the movie has {} bytes, not {}", bytes, facts_.bytes));
    duration_ms_ = facts_.duration_ms;
    for (const auto& [at_ms, size] : facts_.sizes)
        largest_ = {std::max(largest_.width, size.width), std::max(largest_.height, size.height)};
}

/// Walks through all messages without drawing them.
void MovieScreen::measure() {
    for (auto message = std::move(pending_); message; message = file_.next()) duration_ms_ = message->at_ms;
    note_damage();
}

void MovieScreen::note_damage() {
    if (!file_.error().empty()) problem_ = fmt::format("{}: {}", path_.string(), file_.error());
}

void MovieScreen::jump_to_start() {
    file_.start_again();
    pending_ = file_.next();
    decoder_.emplace(init_);
    stuck_ = false;
    at_ms_ = 0;
    mark_all();
    while (peek() && pending_->at_ms == 0) draw_pending();
}

void MovieScreen::enter(const KeyFrame& key_frame) {
    file_.enter(key_frame.offset);
    pending_ = file_.next();
    if (!pending_ || !is_key_frame(*pending_) || pending_->at_ms != key_frame.at_ms ||
        blocks_bytes(pending_->bytes.size()) != key_frame.bytes)
        refuse_index(path_, fmt::format("there is no key frame at byte {}", key_frame.offset));
    decoder_.emplace(init_);
    stuck_ = false;
    draw_pending();
    if (stuck_) throw std::runtime_error(problem_);
    mark_all();
}

const KeyFrame* MovieScreen::key_frame_before(std::uint32_t at_ms) const {
    const auto& all = facts_.key_frames;
    const auto behind = std::upper_bound(all.begin(), all.end(), at_ms,
                                         [](std::uint32_t ms, const KeyFrame& one) { return ms < one.at_ms; });
    return behind == all.begin() ? nullptr : &*std::prev(behind);
}

void MovieScreen::show(std::uint32_t at_ms) {
    changed_ = {};
    const auto* key_frame = key_frame_before(at_ms);
    if (key_frame && (at_ms < at_ms_ || key_frame->at_ms > at_ms_))
        enter(*key_frame);
    else if (at_ms < at_ms_)
        jump_to_start();
    while (peek() && pending_->at_ms <= at_ms) draw_pending();
    at_ms_ = at_ms;
}

std::optional<std::uint32_t> MovieScreen::next_change() {
    // What changes nothing need not wait for its moment.
    while (peek() && is_heartbeat(*pending_)) pending_.reset();
    if (!pending_) return std::nullopt;
    return pending_->at_ms;
}

/// The next message, as long as there is one and all before it could be drawn.
const Message* MovieScreen::peek() {
    if (!pending_ && !stuck_) {
        pending_ = file_.next();
        stuck_ = !pending_;
        note_damage();
    }
    return pending_ ? &*pending_ : nullptr;
}

void MovieScreen::draw_pending() {
    const Message message = std::move(*pending_);
    pending_.reset();
    const auto update = decoder_->draw(message);
    if (!update) {
        stuck_ = true;
        problem_ = fmt::format("{} cannot be drawn at {} ms: {}", path_.string(), message.at_ms, decoder_->why());
        return;
    }
    if (update->resized || update->cursor || pointer()) mark_all();
    for (const auto& area : update->changed) mark(area);
}

void MovieScreen::mark(const Rect& area) {
    changed_ = united(changed_, area);
}

void MovieScreen::mark_all() {
    changed_ = {0, 0, picture().size.width, picture().size.height};
}

}  // namespace pronto::fbs
