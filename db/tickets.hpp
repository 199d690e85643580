#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

class Tickets {
public:
    explicit Tickets(Database& database);
    void save(const TicketRow& row);
    /// The newest with that text: it may be given out again years later.
    std::optional<TicketRow> newest(const std::string& ticket);
    std::optional<TicketRow> find(const std::string& id);
    /// Those that are neither used nor expired, the newest first; `limit` at most.
    std::vector<TicketRow> list_live(UnixMillis now, int limit);
    /// Is there one with that text that is neither used nor expired, or that a VNC server may still come back with?
    bool live(const std::string& ticket, UnixMillis now);

private:
    Connection& connection_;
};

}  // namespace pronto::db
