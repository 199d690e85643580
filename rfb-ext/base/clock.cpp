#include "rfb-ext/base/clock.hpp"

#include <ctime>

#include <fmt/format.h>

namespace pronto {

SteadyTime SystemClock::now() const { return std::chrono::steady_clock::now(); }

UnixMillis SystemClock::unix_now() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string rfc3339(UnixMillis time) {
    auto seconds = static_cast<std::time_t>(time / 1000);
    auto millis = time % 1000;
    if (millis < 0) {
        millis += 1000;
        --seconds;
    }
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                       utc.tm_hour, utc.tm_min, utc.tm_sec, millis);
}

}  // namespace pronto
