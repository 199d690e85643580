#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "db/database.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/session_text.hpp"
#include "repeater/records/json.hpp"

namespace pronto::admin {

namespace {

struct Options {
    int limit = 50;
    bool json = false;
};

void list(Desk& desk, const Site& site, const Options& options) {
    const auto rows = records::Archive(db::database_file(site.data)).newest_recordings(options.limit);
    if (!options.json) return desk.terminal.print(recording_list_text(rows));
    boost::json::array recordings;
    for (const auto& row : rows) recordings.push_back(records::to_json(row));
    print_json(desk.terminal, {{"recordings", recordings}});
}

}  // namespace

void add_recording_commands(CLI::App& app, Desk& desk) {
    auto& recordings = *app.add_subcommand("recording", "Movies of sessions");
    recordings.require_subcommand(1);
    const auto options = std::make_shared<Options>();
    auto* listed = recordings.add_subcommand("list", "List the movie parts, newest first");
    listed->add_option("--limit", options->limit, "At most so many (50)")->check(CLI::Range(1, 10'000));
    listed->add_flag("--json", options->json, "Print one JSON object: recordings");
    listed->footer("Example:\n  pronto-repeater recording list --limit 10\n");
    listed->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { list(desk, site, *options); }; });
}

}  // namespace pronto::admin
