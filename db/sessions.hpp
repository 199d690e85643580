#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Where a page of sessions ended; the next page starts behind it.
struct SessionCursor {
    UnixMillis requested = 0;
    std::string id;
};
std::string to_text(const SessionCursor& cursor);
/// Nothing if `text` is no cursor that to_text() wrote.
std::optional<SessionCursor> session_cursor_from(std::string_view text);

struct SessionFilter {
    std::optional<UnixMillis> since{};  ///< requested at this time or later
    std::optional<UnixMillis> until{};  ///< requested before this time
    std::string operator_name{};        ///< empty: everybody's
    bool with_movie = false;            ///< only those of which something was recorded
    int limit = 50;
    std::optional<SessionCursor> after{};
};

class Sessions {
public:
    explicit Sessions(Database& database);
    void save(const SessionRow& row);
    std::optional<SessionRow> find(const std::string& id);
    /// Newest first.
    std::vector<SessionRow> list(const SessionFilter& filter);
    /// Those that did not end, oldest first.
    std::vector<SessionRow> open();

private:
    Connection& connection_;
};

}  // namespace pronto::db
