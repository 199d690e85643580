#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pronto {

using Millis = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
/// Milliseconds since 1970 UTC: how times stand in the database.
using UnixMillis = std::int64_t;

/// Time as it is handed to pure logic, so that tests can set it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual SteadyTime now() const = 0;
    virtual UnixMillis unix_now() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
public:
    SteadyTime now() const override;
    UnixMillis unix_now() const override;
};

/// A clock that stands still until it is moved. For tests.
class ManualClock final : public Clock {
public:
    SteadyTime now() const override { return now_; }
    UnixMillis unix_now() const override { return unix_now_; }
    void advance(Millis by) {
        now_ += by;
        unix_now_ += by.count();
    }

private:
    SteadyTime now_{std::chrono::hours(1)};
    UnixMillis unix_now_ = 1'700'000'000'000;
};

/// RFC 3339 with milliseconds and Z: "2026-11-22T09:30:00.125Z". How times stand in JSON.
std::string rfc3339(UnixMillis time);
/// The time that rfc3339() wrote, and nothing else: that exact form, a date the calendar has, no leap second.
std::optional<UnixMillis> parse_rfc3339(std::string_view text);

}  // namespace pronto
