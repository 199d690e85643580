#pragma once

#include <cstdint>
#include <string>

#include "db/rows.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::db {
class Database;
}

namespace pronto::admin {

struct TicketWish {
    int node = 1;
    std::string operator_name;  ///< empty: the only enabled operator, if there is just one
    Millis life{0};
};
/// A ticket made behind the hub's back: the hub finds it in the database when a guest brings it. Throws Refused.
db::TicketRow new_ticket(db::Database& database, const Clock& clock, const std::string& actor, const TicketWish& wish);

}  // namespace pronto::admin
