#include "viewer/script/player.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace pronto::viewer {

namespace {

/// About what a fast typist does in a burst; the far side's programs are made for people.
constexpr Millis between_keys{5};
/// The hub opens the screen anew.
constexpr Millis longest_record{20'000};

}  // namespace

ScriptPlayer::ScriptPlayer(std::vector<Step> steps, Stage& stage, SteadyTime now, std::function<void(const Step&)> starting)
    : steps_(std::move(steps)), stage_(stage), starting_(std::move(starting)), updates_before_(stage.progress().updates),
      wake_at_(now) {}

ScriptPlayer::State ScriptPlayer::play(SteadyTime now) {
    while (problem_.empty() && current_ < steps_.size()) {
        const auto& step = steps_[current_];
        if (!begun_) {
            begun_ = true;
            step_began_ = now;
            typed_ = 0;
            asked_ = false;
            if (starting_) starting_(step);
        }
        try {
            const auto is = std::visit([&](const auto& one) { return perform(one, now); }, step);
            if (is == Is::waiting) return State::playing;
            begun_ = false;
            ++current_;
        } catch (const std::runtime_error& why) {
            problem_ = fmt::format("step {} ({}): {}", current_ + 1, described(step), why.what());
        }
    }
    return problem_.empty() ? State::finished : State::failed;
}

SteadyTime ScriptPlayer::patience_ends() const {
    if (!begun_ || current_ >= steps_.size()) return SteadyTime::max();
    const auto& step = steps_[current_];
    if (const auto* change = std::get_if<step::WaitChange>(&step)) return step_began_ + change->at_most;
    if (const auto* still = std::get_if<step::WaitStill>(&step)) return step_began_ + still->at_most;
    if (std::holds_alternative<step::Record>(step)) return step_began_ + longest_record;
    return SteadyTime::max();
}

ScriptPlayer::Is ScriptPlayer::wait_until(SteadyTime time) {
    wake_at_ = time;
    return Is::waiting;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Type& step, SteadyTime now) {
    if (typed_ == 0) input_begins();
    while (typed_ < step.keysyms.size()) {
        const auto due = step_began_ + between_keys * static_cast<int>(typed_);
        if (now < due) return wait_until(due);
        stage_.key(step.keysyms[typed_], true);
        stage_.key(step.keysyms[typed_], false);
        ++typed_;
    }
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Key& step, SteadyTime) {
    input_begins();
    for (const auto keysym : step.keysyms) stage_.key(keysym, true);
    for (auto keysym = step.keysyms.rbegin(); keysym != step.keysyms.rend(); ++keysym) stage_.key(*keysym, false);
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Move& step, SteadyTime) {
    input_begins();
    stage_.pointer(step.to, 0);
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Click& step, SteadyTime) {
    input_begins();
    stage_.pointer(step.at, 0);
    stage_.pointer(step.at, 1u << (step.button - 1));
    stage_.pointer(step.at, 0);
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::WaitChange& step, SteadyTime now) {
    const auto updates = stage_.progress().updates;
    if (updates != updates_before_) {
        updates_before_ = updates;
        return Is::done;
    }
    const auto until = step_began_ + step.at_most;
    if (now >= until) throw std::runtime_error(fmt::format("nothing changed for {} ms", step.at_most.count()));
    return wait_until(until);
}

ScriptPlayer::Is ScriptPlayer::perform(const step::WaitStill& step, SteadyTime now) {
    const auto still_since = std::max(stage_.progress().last, step_began_);
    if (now - still_since >= step.still) return Is::done;
    const auto until = step_began_ + step.at_most;
    if (now >= until) throw std::runtime_error(fmt::format("it still changed after {} ms", step.at_most.count()));
    return wait_until(std::min(until, still_since + step.still));
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Sleep& step, SteadyTime now) {
    const auto until = step_began_ + step.time;
    return now >= until ? Is::done : wait_until(until);
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Save& step, SteadyTime) {
    stage_.save(step.file);
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::SendClipboard& step, SteadyTime) {
    input_begins();
    if (!stage_.clipboard(step.text)) throw std::runtime_error("it was not sent");
    return Is::done;
}

ScriptPlayer::Is ScriptPlayer::perform(const step::Record& step, SteadyTime now) {
    if (!std::exchange(asked_, true) && !stage_.record(step.on)) throw std::runtime_error("it cannot be asked for");
    if (stage_.records(step.on)) return Is::done;
    const auto until = step_began_ + longest_record;
    if (now >= until) throw std::runtime_error("the hub has not done it");
    return wait_until(until);
}

}  // namespace pronto::viewer
