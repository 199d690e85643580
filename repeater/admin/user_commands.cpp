#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/first_admin.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/password.hpp"
#include "repeater/admin/table.hpp"
#include "rfb-ext/base/files.hpp"

namespace pronto::admin {

namespace {

namespace json = boost::json;

struct Options {
    std::string name;
    std::string password_file;
    bool generate = false;
    bool admin = false;
    bool json = false;
};
using SharedOptions = std::shared_ptr<Options>;

/// Passwords never come on the command line, where every user of the machine can read them.
std::string password_for(Terminal& terminal, const Options& options) {
    if (options.generate) return generated_password();
    if (!options.password_file.empty()) return read_secret(options.password_file);
    const auto password = terminal.ask_hidden(fmt::format("New password of {}: ", options.name));
    if (const auto problem = password_problem(password)) throw Refused(*problem);
    if (terminal.ask_hidden("The same again: ") != password) throw Refused("the two passwords differ");
    return password;
}

json::object to_json(const db::OperatorRow& row) {
    json::object object;
    object["id"] = row.id;
    object["name"] = row.name;
    object["admin"] = row.admin;
    object["enabled"] = row.enabled;
    object["created"] = rfc3339(row.created);
    return object;
}

/// What was done to an operator, with the password if it was made up here.
void report(Desk& desk, const Options& options, const db::OperatorRow& row, const std::string& done,
            const std::string& password = {}) {
    if (options.json) {
        auto object = to_json(row);
        if (options.generate) object["password"] = password;
        print_json(desk.terminal, object);
        return;
    }
    desk.terminal.print(fmt::format("{} the operator {}.\n", done, row.name));
    if (options.generate) desk.terminal.print(fmt::format("Password (shown only now): {}\n", password));
}

void add(Desk& desk, const Site& site, const Options& options) {
    make_private_folder(site.data);
    db::Database database(db::database_file(site.data));
    if (db::Operators(database).find(options.name)) throw db::NameTaken(options.name);
    const auto password = password_for(desk.terminal, options);
    const auto row = Accounts(database, desk.clock, cli_actor()).add(options.name, password, options.admin);
    report(desk, options, row, "Added", password);
}

void change_password(Desk& desk, const Site& site, const Options& options) {
    db::Database database(db::database_file(site.data), db::Database::Open::existing);
    Accounts accounts(database, desk.clock, cli_actor());
    const auto row = accounts.find(options.name);
    const auto password = password_for(desk.terminal, options);
    accounts.change_password(row.name, password);
    if (row.name == first_admin_name) std::filesystem::remove(first_admin_file(site.data));
    report(desk, options, row, "Changed the password of", password);
}

void set_enabled(Desk& desk, const Site& site, const Options& options, bool enabled) {
    db::Database database(db::database_file(site.data), db::Database::Open::existing);
    Accounts accounts(database, desk.clock, cli_actor());
    accounts.set_enabled(options.name, enabled);
    report(desk, options, accounts.find(options.name), enabled ? "Enabled" : "Disabled");
}

void list(Desk& desk, const Site& site, const Options& options) {
    db::Database database(db::database_file(site.data), db::Database::Open::existing);
    const auto rows = db::Operators(database).list();
    if (options.json) {
        json::array users;
        for (const auto& row : rows) users.push_back(to_json(row));
        return print_json(desk.terminal, {{"users", users}});
    }
    Table table({{"NAME"}, {"ADMIN"}, {"ENABLED"}, {"CREATED"}});
    for (const auto& row : rows)
        table.add({row.name, row.admin ? "yes" : "no", row.enabled ? "yes" : "no", local_time(row.created)});
    desk.terminal.print(table.empty() ? "There are no operators yet.\n" : table.text());
}

CLI::App* command(CLI::App& group, const std::string& name, const std::string& text, const std::string& examples,
                  const SharedOptions& options) {
    auto* made = group.add_subcommand(name, text);
    made->add_flag("--json", options->json, "Print one JSON object");
    made->footer("Examples:\n" + examples);
    return made;
}

void add_name(CLI::App* to, const SharedOptions& options) {
    to->add_option("NAME", options->name, "The operator's name")->required()->type_name("");
}

void add_password(CLI::App* to, const SharedOptions& options) {
    auto* file =
        to->add_option("--password-file", options->password_file, "Take the password from this file's first line")
            ->type_name("FILE");
    to->add_flag("--generate", options->generate, "Make up a password and show it")->excludes(file);
}

}  // namespace

void add_user_commands(CLI::App& app, Desk& desk) {
    auto& users = *app.add_subcommand("user", "Operators' accounts");
    users.require_subcommand(1);
    const auto options = std::make_shared<Options>();

    auto* added = command(users, "add", "Add an operator",
                          "  pronto-repeater user add anna              asks for the password\n"
                          "  pronto-repeater user add anna --generate   makes one up and shows it\n"
                          "  pronto-repeater user add bruno --admin --password-file secret.txt\n",
                          options);
    add_name(added, options);
    add_password(added, options);
    added->add_flag("--admin", options->admin, "May administer the hub");
    added->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { add(desk, site, *options); }; });

    auto* listed = command(users, "list", "List the operators", "  pronto-repeater user list --json\n", options);
    listed->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { list(desk, site, *options); }; });

    auto* changed =
        command(users, "passwd", "Change an operator's password", "  pronto-repeater user passwd anna\n", options);
    add_name(changed, options);
    add_password(changed, options);
    changed->callback([&desk, options] {
        desk.chosen = [&desk, options](const Site& site) { change_password(desk, site, *options); };
    });

    for (const bool enabled : {false, true}) {
        const std::string name = enabled ? "enable" : "disable";
        const auto* text = enabled ? "Let an operator log in again" : "Keep an operator out, from now on";
        auto* made = command(users, name, text, "  pronto-repeater user " + name + " anna\n", options);
        add_name(made, options);
        made->callback([&desk, options, enabled] {
            desk.chosen = [&desk, options, enabled](const Site& site) { set_enabled(desk, site, *options, enabled); };
        });
    }
}

}  // namespace pronto::admin
