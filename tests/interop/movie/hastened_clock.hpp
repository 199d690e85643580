#pragma once

#include "rfb-ext/base/clock.hpp"

namespace pronto::interop {

/// Runs so many times as fast as the machine's clock: a session of seconds makes a movie of minutes, with key frames.
class HastenedClock final : public Clock {
public:
    explicit HastenedClock(int factor) : factor_(factor) {}
    SteadyTime now() const override { return began_ + passed(); }
    UnixMillis unix_now() const override { return unix_began_ + std::chrono::duration_cast<Millis>(passed()).count(); }

private:
    SteadyTime::duration passed() const { return (machine_.now() - began_) * factor_; }

    const int factor_;
    const SystemClock machine_;
    const SteadyTime began_ = machine_.now();
    const UnixMillis unix_began_ = machine_.unix_now();
};

}  // namespace pronto::interop
