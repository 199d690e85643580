#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "db/database.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/pass_command.hpp"
#include "repeater/admin/session_text.hpp"
#include "repeater/admin/table.hpp"
#include "repeater/records/json.hpp"

namespace pronto::admin {

namespace {

constexpr int most_rows = 500;

struct Options {
    std::string id;
    std::string since;
    std::string until;
    records::SessionQuery query;
    bool json = false;
};

std::optional<UnixMillis> time_option(const char* option, const std::string& typed) {
    if (typed.empty()) return std::nullopt;
    const auto time = time_from(typed);
    if (!time)
        throw CLI::ValidationError(option, fmt::format("\"{}\" is no time; write 2026-11-22, \"2026-11-22 09:30\" or "
                                                       "2026-11-22T09:30:00.000Z",
                                                       typed));
    return time;
}

void list(Desk& desk, const Site& site, const Options& options) {
    const records::Archive archive(db::database_file(site.data));
    const auto page = archive.sessions(options.query);
    if (!page) throw Refused("--cursor is none that a list printed");
    if (options.json) return print_json(desk.terminal, records::to_json(*page));
    desk.terminal.print(session_list_text(*page));
}

void show(Desk& desk, const Site& site, const Options& options) {
    const records::Archive archive(db::database_file(site.data));
    const auto story = archive.session(options.id);
    if (!story) throw Refused(fmt::format("there is no session {}", options.id));
    if (options.json) return print_json(desk.terminal, records::to_json(*story));
    desk.terminal.print(session_story_text(*story));
}

}  // namespace

void add_session_commands(CLI::App& app, Desk& desk) {
    auto& sessions = *app.add_subcommand("session", "Sessions, past and present");
    sessions.require_subcommand(1);
    const auto options = std::make_shared<Options>();

    auto* listed = sessions.add_subcommand("list", "List the sessions, newest first");
    listed->add_option("--since", options->since, "Asked for at this time or later: 2026-11-22 or \"2026-11-22 09:30\"")
        ->type_name("TIME");
    listed->add_option("--until", options->until, "Asked for before this time")->type_name("TIME");
    listed->add_option("--operator", options->query.operator_name, "Only this operator's")->type_name("NAME");
    listed->add_option("--limit", options->query.limit, "At most so many (50)")->check(CLI::Range(1, most_rows));
    listed->add_option("--cursor", options->query.cursor, "Go on behind the page that ended with this cursor")
        ->type_name("CURSOR");
    listed->add_flag("--json", options->json, "Print one JSON object: sessions, next");
    listed->footer(
        "Examples:\n  pronto-repeater session list --since 2026-11-01 --operator anna\n"
        "  pronto-repeater session list --limit 1 --json\n");
    listed->callback([&desk, options] {
        options->query.since = time_option("--since", options->since);
        options->query.until = time_option("--until", options->until);
        desk.chosen = [&desk, options](const Site& site) { list(desk, site, *options); };
    });

    add_pass_command(sessions, desk);

    auto* shown = sessions.add_subcommand("show", "Show a session: who, when, how it ended, movie, report");
    shown->add_option("ID", options->id, "The session's id, from the list")->required()->type_name("");
    shown->add_flag("--json", options->json, "Print one JSON object");
    shown->footer("Example:\n  pronto-repeater session show 1-0123456789abcdef\n");
    shown->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { show(desk, site, *options); }; });
}

}  // namespace pronto::admin
