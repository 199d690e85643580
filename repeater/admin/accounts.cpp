#include "repeater/admin/accounts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/admin/password.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::admin {

namespace {

constexpr std::size_t longest_name_bytes = 64;

void check_name(const std::string& name) {
    if (name.empty() || name.size() > longest_name_bytes)
        throw Refused(fmt::format("an operator's name has 1 to {} bytes", longest_name_bytes));
    if (name.find('/') != std::string::npos) throw Refused("an operator's name may not contain \"/\"");
    if (presentable(name, longest_name_bytes) != name || name.front() == ' ' || name.back() == ' ')
        throw Refused("an operator's name may not contain control characters, nor begin or end with a space");
}

void check_password(const std::string& password) {
    if (const auto problem = password_problem(password)) throw Refused(*problem);
}

}  // namespace

db::OperatorRow Accounts::find(const std::string& name) const {
    db::Operators operators(database_);
    if (const auto row = operators.find(name)) return *row;
    std::vector<std::string> names;
    for (const auto& row : operators.list()) names.push_back(row.name);
    const auto near = nearest(name, names);
    throw Refused(fmt::format("there is no operator \"{}\"{}", name,
                              near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

db::OperatorRow Accounts::add(const std::string& name, const std::string& password, bool admin) {
    check_name(name);
    check_password(password);
    db::OperatorRow row{0, name, hash_password(password), admin, true, clock_.unix_now()};
    db::Transaction together(database_);
    row.id = db::Operators(database_).add(row);
    audit("operator.create", name, admin ? "admin" : "");
    together.commit();
    return row;
}

void Accounts::change_password(const std::string& name, const std::string& password) {
    check_password(password);
    const auto phc = hash_password(password);
    db::Transaction together(database_);
    const auto row = find(name);
    db::Operators(database_).set_password(row.id, phc);
    audit("operator.password", row.name, "");
    together.commit();
}

void Accounts::set_enabled(const std::string& name, bool enabled) {
    db::Transaction together(database_);
    const auto row = find(name);
    db::Operators operators(database_);
    const auto everybody = operators.list();
    const auto other_admin = std::any_of(everybody.begin(), everybody.end(), [&](const auto& other) {
        return other.admin && other.enabled && other.id != row.id;
    });
    if (!enabled && row.admin && row.enabled && !other_admin)
        throw Refused(fmt::format("\"{}\" is the last admin: add another first (user add NAME --admin)", row.name));
    operators.set_enabled(row.id, enabled);
    audit(enabled ? "operator.enable" : "operator.disable", row.name, "");
    together.commit();
}

void Accounts::audit(const char* action, const std::string& name, const std::string& detail) {
    db::Audit(database_).append({0, clock_.unix_now(), actor_, action, name, detail});
}

}  // namespace pronto::admin
