#include "repeater/admin/table.hpp"

#include <algorithm>
#include <cassert>
#include <ctime>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"

namespace pronto::admin {

namespace {

constexpr std::size_t longest_cell_bytes = 200;

/// Good enough for alignment: every UTF-8 character is one column wide.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void Table::add(const std::vector<std::string>& cells) {
    assert(cells.size() == columns_.size());
    auto& row = rows_.emplace_back();
    for (const auto& cell : cells) row.push_back(presentable(cell, longest_cell_bytes));
}

std::string Table::text() const {
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (const auto& column : columns_) titles.push_back(column.title);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths.push_back(width(titles[i]));
        for (const auto& row : rows_) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text;
    const auto append = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string padding(widths[i] - width(row[i]), ' ');
            line += columns_[i].align == Align::right ? padding + row[i] : row[i] + padding;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    };
    append(titles);
    for (const auto& row : rows_) append(row);
    return text;
}

std::string local_time(UnixMillis time) {
    const auto seconds = static_cast<std::time_t>(time / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                       local.tm_hour, local.tm_min, local.tm_sec);
}

std::string local_time(const std::optional<UnixMillis>& time) {
    return time ? local_time(*time) : "-";
}

std::string duration_text(std::int64_t duration_ms) {
    const auto seconds = duration_ms / 1000;
    if (seconds < 60) return fmt::format("{}.{} s", seconds, duration_ms % 1000 / 100);
    if (seconds < 3600) return fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02} h", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::optional<UnixMillis> time_from(const std::string& typed) {
    if (const auto time = parse_rfc3339(typed)) return time;
    for (const char* form : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
        std::tm local{};
        local.tm_isdst = -1;
        const char* end = ::strptime(typed.c_str(), form, &local);
        if (!end || *end != '\0') continue;
        const int day = local.tm_mday;
        const auto seconds = std::mktime(&local);
        if (seconds == -1 || local.tm_mday != day) return std::nullopt;  // February 30
        return UnixMillis{seconds} * 1000;
    }
    return std::nullopt;
}

}  // namespace pronto::admin
