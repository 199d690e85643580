#include "repeater/admin/tickets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "db/tickets.hpp"
#include "repeater/admin/accounts.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::admin {

namespace {

db::OperatorRow owner(db::Database& database, const Accounts& accounts, const std::string& name) {
    if (!name.empty()) {
        const auto row = accounts.find(name);
        if (!row.enabled) throw Refused(fmt::format("the account of \"{}\" is disabled", row.name));
        return row;
    }
    auto everybody = db::Operators(database).list();
    std::erase_if(everybody, [](const auto& row) { return !row.enabled; });
    if (everybody.size() == 1) return everybody.front();
    throw Refused(everybody.empty() ? "there is no enabled operator: add one first (user add NAME)"
                                    : "whose ticket is it? Name the operator with --user");
}

}  // namespace

db::TicketRow new_ticket(db::Database& database, const Clock& clock, const std::string& actor, const TicketWish& wish) {
    const Accounts accounts(database, clock, actor);
    const auto now = clock.unix_now();
    db::Transaction together(database);  // nobody else takes the same text meanwhile
    const auto of = owner(database, accounts, wish.operator_name);
    db::Tickets tickets(database);
    std::string text;
    do {
        text = control::to_text(control::random_ticket(wish.node));
    } while (tickets.live(text, now));
    const db::TicketRow row{random_id(wish.node), text, of.id, of.name, now, now + wish.life.count(), std::nullopt};
    tickets.save(row);
    db::Audit(database).append({0, now, actor, "ticket.create", row.id, row.ticket + " for " + of.name});
    together.commit();
    return row;
}

}  // namespace pronto::admin
