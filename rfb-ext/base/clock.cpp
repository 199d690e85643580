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

std::optional<UnixMillis> parse_rfc3339(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd.dddZ";
    if (text.size() != form.size()) return std::nullopt;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != form[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(at, length)) value = value * 10 + (c - '0');
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                              day(static_cast<unsigned>(number(8, 2)))};
    const hours hour(number(11, 2));
    const minutes minute(number(14, 2));
    const seconds second(number(17, 2));
    if (!date.ok() || hour > hours(23) || minute > minutes(59) || second > seconds(59)) return std::nullopt;
    const auto time = sys_days(date) + hour + minute + second + milliseconds(number(20, 3));
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

}  // namespace pronto
