#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"

/// What the commands print for people.
namespace pronto::admin {

/// Columns as wide as their widest cell, two spaces between them; numbers may be set to the right.
class Table {
public:
    enum class Align { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    /// As many cells as columns. They may come from the wire: control characters are dropped.
    void add(const std::vector<std::string>& cells);
    bool empty() const { return rows_.empty(); }
    /// With the titles, every line ended.
    std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "2026-11-22 09:30:05" in the local time zone.
std::string local_time(UnixMillis time);
/// "-" if it is absent.
std::string local_time(const std::optional<UnixMillis>& time);
/// "4.2 s", "3:05 min", "1:02:03 h".
std::string duration_text(std::int64_t duration_ms);
/// What people type for a time: RFC 3339, "2026-11-22" or "2026-11-22 09:30" (local time). Nothing if it is none of
/// these.
std::optional<UnixMillis> time_from(const std::string& typed);

}  // namespace pronto::admin
