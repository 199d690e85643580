#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "db/database.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/table.hpp"
#include "repeater/records/json.hpp"

namespace pronto::admin {

namespace {

struct Options {
    int limit = 50;
    bool json = false;
};

void list(Desk& desk, const Site& site, const Options& options) {
    const auto rows = records::Archive(db::database_file(site.data)).newest_audit(options.limit);
    if (options.json) {
        boost::json::array audit;
        for (const auto& row : rows) audit.push_back(records::to_json(row));
        return print_json(desk.terminal, {{"audit", audit}});
    }
    Table table({{"TIME"}, {"WHO"}, {"ACTION"}, {"SUBJECT"}, {"DETAIL"}});
    for (const auto& row : rows) table.add({local_time(row.time), row.actor, row.action, row.subject, row.detail});
    desk.terminal.print(table.empty() ? "Nothing has happened yet.\n" : table.text());
}

}  // namespace

void add_audit_commands(CLI::App& app, Desk& desk) {
    auto& audit = *app.add_subcommand("audit", "Who did what, when");
    audit.require_subcommand(1);
    const auto options = std::make_shared<Options>();
    auto* listed = audit.add_subcommand("list", "List what was done, newest first");
    listed->add_option("--limit", options->limit, "At most so many (50)")->check(CLI::Range(1, 10'000));
    listed->add_flag("--json", options->json, "Print one JSON object: audit");
    listed->footer("Example:\n  pronto-repeater audit list --limit 20\n");
    listed->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { list(desk, site, *options); }; });
}

}  // namespace pronto::admin
