#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "db/database.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/movie_export.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/session_text.hpp"
#include "repeater/recording/hub_keys.hpp"
#include "repeater/recording/integrity.hpp"
#include "repeater/recording/movie_files.hpp"
#include "repeater/records/json.hpp"
#include "repeater/records/movie_book.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/plain_bytes.hpp"

namespace pronto::admin {

namespace {

namespace json = boost::json;
using hub::MovieState;

struct Options {
    int limit = 50;
    std::string id;
    std::string out;
    std::string reason;
    std::string format;  ///< empty: as the file's name says
    std::string key_file;
    bool rotate = false;
    bool all = false;
    bool dry_run = false;
    bool json = false;
};

/// Words for people, or the same as one JSON object.
void answer(Desk& desk, const Options& options, const json::object& object, const std::string& words) {
    if (options.json) return print_json(desk.terminal, object);
    desk.terminal.print(words);
}

hub::AuditRecord audit_row(const Desk& desk, const char* action, const std::string& session,
                           const std::string& detail) {
    return {desk.clock.unix_now(), cli_actor(), action, session, detail};
}

void expect_done(const records::MovieBook::Refusal& refusal) {
    if (!refusal.empty()) throw Refused(refusal);
}

void list(Desk& desk, const Site& site, const Options& options) {
    const auto rows = records::Archive(db::database_file(site.data)).newest_movies(options.limit);
    json::array movies;
    for (const auto& row : rows) movies.push_back(records::to_json(row));
    answer(desk, options, {{"movies", movies}}, movie_list_text(rows));
}

struct Verdict {
    std::size_t checked = 0;  ///< movies
    std::vector<recording::Trouble> troubles;
    records::AuditCheck audit;
};

Verdict verdict_of(const records::Archive& archive, const Site& site, const std::string& id) {
    Verdict verdict;
    const auto movies = archive.newest_movies(0);
    const recording::Integrity integrity(site.recordings, movies, archive.audit_of("movie.finished"));
    for (const auto& movie : movies) {
        if (!id.empty() && movie.session != id) continue;
        ++verdict.checked;
        for (auto& trouble : integrity.check(movie, archive.recordings_of(movie.session)))
            verdict.troubles.push_back(std::move(trouble));
    }
    if (!id.empty() && verdict.checked == 0) throw Refused(fmt::format("session {} has no movie", id));
    verdict.audit = archive.check_audit();
    return verdict;
}

json::object to_json(const Verdict& verdict) {
    json::array troubles;
    for (const auto& one : verdict.troubles)
        troubles.push_back(json::object{{"session", one.session}, {"file", one.file}, {"what", one.what}});
    json::array broken;
    for (const auto& words : verdict.audit.broken) broken.push_back(json::string(words));
    json::object audit{{"rows", verdict.audit.rows}, {"head", verdict.audit.head}, {"broken", broken}};
    return {{"ok", verdict.troubles.empty() && verdict.audit.broken.empty()},
            {"movies", verdict.checked},
            {"troubles", troubles},
            {"audit", audit}};
}

std::string verdict_text(const Verdict& verdict) {
    std::string text;
    for (const auto& one : verdict.troubles)
        text += fmt::format("session {}: {}{}{}\n", one.session, one.file, one.file.empty() ? "" : " ", one.what);
    for (const auto& words : verdict.audit.broken) text += fmt::format("audit log: {}\n", words);
    return text + fmt::format("{} movie{} and {} rows of the audit log looked at: {}.\n", verdict.checked,
                              verdict.checked == 1 ? "" : "s", verdict.audit.rows,
                              text.empty() ? "all as written" : "not all as written");
}

void verify(Desk& desk, const Site& site, const Options& options) {
    const auto verdict = verdict_of(records::Archive(db::database_file(site.data)), site, options.id);
    answer(desk, options, to_json(verdict), verdict_text(verdict));
    if (!verdict.troubles.empty() || !verdict.audit.broken.empty())
        throw Refused("the recordings or the audit log are not as they were written");
}

/// The keys, if the movie is sealed.
std::unique_ptr<const fbs::KeyRing> sealed_movie_keys(const Site& site, const std::filesystem::path& movie) {
    if (!fbs::is_sealed(movie)) return nullptr;
    if (site.key_file.empty())
        throw Refused(
            fmt::format("{} is sealed: give the hub's --config, whose [recording] key_file opens it", movie.string()));
    return fbs::KeyRing::read_if_given(site.key_file);
}

/// A video's name says which; everything else is a movie.
std::string format_of(const Options& options) {
    if (!options.format.empty()) return options.format;
    const auto ending = std::filesystem::path(options.out).extension();
    return ending == ".webm" || ending == ".mp4" ? ending.string().substr(1) : "fbs";
}

void export_movie(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    const auto movie = book.find(options.id);
    if (!movie) throw Refused(fmt::format("session {} has no movie", options.id));
    if (movie->state != MovieState::finished)
        throw Refused(
            fmt::format("the movie of session {} is not finished but {}", options.id, movie_state_text(*movie)));
    // Noted before: nobody gets a copy that the audit log does not know of.
    const auto file = site.recordings / movie->file;
    const auto keys = sealed_movie_keys(site, file);
    PrivateCopy copy(options.out);
    book.note(audit_row(desk, "movie.export", options.id, fmt::format("to {}: {}", options.out, options.reason)));
    const auto format = format_of(options);
    if (format != "fbs")
        copy.take_video(file, movie->movie_sha256, format, site.finisher, keys ? site.key_file : "");
    else if (keys)
        copy.take_unsealed(file, movie->movie_sha256, keys.get());
    else
        copy.take(file, movie->movie_sha256);
    const auto bytes = std::filesystem::file_size(options.out);
    answer(desk, options, {{"session", options.id}, {"file", options.out}, {"bytes", bytes}},
           fmt::format("{}: {}\n", options.out, human_bytes(bytes)));
}

void make_key(Desk& desk, const Site& site, const Options& options) {
    fbs::expect_key_reachable(options.key_file);
    recording::expect_key_outside(options.key_file, {site.data, site.recordings});
    const auto id = options.rotate ? fbs::rotate_key_file(options.key_file) : fbs::make_key_file(options.key_file);
    const char* const next =
        options.rotate ? "New movies are sealed with it once the hub is started again; older ones open with the keys "
                         "below it: remove none of them."
                       : "Name the file in the hub's configuration, [recording] key_file, with encrypt = true.";
    answer(
        desk, options, {{"key_file", options.key_file}, {"key", id}},
        fmt::format("{}: hub key {}\n{}\nKeep a copy of the file elsewhere, not with the movies: without it they are "
                    "lost, and who has it can open them.\n",
                    options.key_file, id, next));
}

void remove(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    expect_done(book.remove(options.id, audit_row(desk, "movie.delete", options.id, options.reason)));
    const auto freed = recording::remove_movie(site.recordings, options.id);
    answer(desk, options, {{"session", options.id}, {"freed_bytes", freed}},
           fmt::format("The movie of session {} is deleted: {} freed.\n", options.id, human_bytes(freed)));
}

void retry(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    expect_done(book.retry(options.id, audit_row(desk, "movie.retry", options.id, options.reason)));
    answer(desk, options, {{"session", options.id}, {"state", "waiting"}},
           fmt::format("The movie of session {} waits to be finished; a running hub begins within seconds.\n", options.id));
}

void hold(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    expect_done(book.hold(options.id, options.reason, audit_row(desk, "movie.hold", options.id, options.reason)));
    answer(desk, options, {{"session", options.id}, {"hold", options.reason}},
           fmt::format("The movie of session {} is held: nobody can delete it.\n", options.id));
}

void release(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    expect_done(book.release(options.id, audit_row(desk, "movie.release", options.id, options.reason)));
    answer(desk, options, {{"session", options.id}, {"hold", nullptr}},
           fmt::format("The movie of session {} is held no longer.\n", options.id));
}

void retain(Desk& desk, const Site& site, const Options& options) {
    records::MovieBook book(db::database_file(site.data));
    const auto now = desk.clock.unix_now();
    const auto due = recording::removals(recording::stored_movies(site.recordings, book.all()), site.retention, now,
                                         recording::free_bytes(site.recordings));
    json::array removed;
    std::string words;
    std::uint64_t freed = 0;
    for (const auto& one : due) {
        if (!options.dry_run) {
            const auto audit = audit_row(desk, "movie.delete", one.session, "retention: " + one.why);
            if (!book.remove(one.session, audit).empty()) continue;  // held a moment ago
            recording::remove_movie(site.recordings, one.session);
        }
        freed += one.bytes;
        removed.push_back(json::object{{"session", one.session}, {"bytes", one.bytes}, {"why", one.why}});
        words += fmt::format("{}  {}  {}\n", one.session, human_bytes(one.bytes), one.why);
    }
    words += fmt::format("{} movie{} {}, {}.\n", removed.size(), removed.size() == 1 ? "" : "s",
                         options.dry_run ? "would be removed" : "removed", human_bytes(freed));
    answer(desk, options, {{"dry_run", options.dry_run}, {"removed", removed}, {"freed_bytes", freed}}, words);
}

using Work = void (*)(Desk&, const Site&, const Options&);

CLI::App& add(CLI::App& recordings, Desk& desk, const std::shared_ptr<Options>& options, const char* name,
              const char* purpose, const char* footer, Work work) {
    auto& command = *recordings.add_subcommand(name, purpose);
    command.add_flag("--json", options->json, "Print one JSON object");
    command.footer(footer);
    command.callback([&desk, options, work] {
        desk.chosen = [&desk, options, work](const Site& site) { work(desk, site, *options); };
    });
    return command;
}

void add_reason(CLI::App& command, const std::shared_ptr<Options>& options) {
    command.add_option("--reason", options->reason, "Why; it stands in the audit log")
        ->required()
        ->type_name("TEXT")
        ->check([](const std::string& text) {
            return text.find_first_not_of(" \t\n") == std::string::npos ? "a reason has words" : std::string();
        });
}

CLI::Option& add_id(CLI::App& command, const std::shared_ptr<Options>& options) {
    return *command.add_option("ID", options->id, "The session's id, from the list")->type_name("");
}

}  // namespace

void add_recording_commands(CLI::App& app, Desk& desk) {
    auto& recordings = *app.add_subcommand("recording", "Movies of sessions");
    recordings.require_subcommand(1);
    recordings.footer(
        "Examples:\n"
        "  pronto-repeater recording list\n"
        "  pronto-repeater recording verify --all\n"
        "  pronto-repeater recording export 1-0123456789abcdef --out case7.fbs --reason \"asked for by the guest\"\n"
        "  pronto-repeater recording hold 1-0123456789abcdef --reason \"court order 7 of 2026\"\n"
        "\"pronto-repeater recording COMMAND --help\" tells more.\n");
    const auto options = std::make_shared<Options>();
    add(recordings, desk, options, "list", "List the movies, newest first",
        "Example:\n  pronto-repeater recording list --limit 10\n", list)
        .add_option("--limit", options->limit, "At most so many (50)")
        ->check(CLI::Range(1, 10'000));

    auto& verified = add(recordings, desk, options, "verify",
                         "Find movies that were changed, lost or swapped, and a broken audit log",
                         "Examples:\n  pronto-repeater recording verify --all\n"
                         "  pronto-repeater recording verify 1-0123456789abcdef --json\n"
                         "Without an ID: all. Exit code 1 if anything is not as it was written.\n",
                         verify);
    auto& all = *verified.add_flag("--all", options->all, "Every movie");
    add_id(verified, options).excludes(&all);

    auto& exported = add(recordings, desk, options, "export", "Copy a finished movie, for its owner only",
                         "Examples:\n  pronto-repeater recording export 1-0123456789abcdef --out case7.fbs "
                         "--reason \"asked for by the guest\"\n"
                         "  pronto-repeater recording export 1-0123456789abcdef --out case7.webm "
                         "--reason \"training\" --config /etc/pronto/hub.toml\n"
                         "The copy is plain, also if the movie is sealed; then the hub's --config is needed.\n",
                         export_movie);
    add_id(exported, options).required();
    exported.add_option("--out", options->out, "A new file")->required()->type_name("FILE");
    exported.add_option("--format", options->format, "fbs (the movie itself), webm (VP9) or mp4 (H.264); default: as FILE is called, else fbs")
        ->check(CLI::IsMember({"fbs", "webm", "mp4"}))
        ->type_name("fbs|webm|mp4");
    add_reason(exported, options);

    auto& key =
        add(recordings, desk, options, "key", "Make the file with the key that seals movies",
            "Examples:\n  pronto-repeater recording key /etc/pronto/movies.key\n"
            "  pronto-repeater recording key /etc/pronto/movies.key --rotate\n"
            "The hub must be able to read it, and nobody else: run this as the hub's user. It must not lie with "
            "the data or the movies.\n",
            make_key);
    key.add_option("FILE", options->key_file, "A new file, or with --rotate the one there is")
        ->required()
        ->type_name("");
    key.add_flag("--rotate", options->rotate, "Put a new key first, for new movies; the others still open older ones");

    for (const auto& [name, purpose, work, example] :
         {std::tuple<const char*, const char*, Work, const char*>{"delete", "Delete a movie for good", remove,
                                                                  "the guest wants it"},
          {"retry", "Finish a movie that failed for good once more", retry, "the disk has room again"},
          {"hold", "Keep a movie from being deleted by anybody", hold, "court order 7 of 2026"},
          {"release", "Let a movie that was held go the way of the others", release, "the case is closed"}}) {
        const auto footer =
            fmt::format("Example:\n  pronto-repeater recording {} 1-0123456789abcdef --reason \"{}\"\n", name, example);
        auto& command = add(recordings, desk, options, name, purpose, footer.c_str(), work);
        add_id(command, options).required();
        add_reason(command, options);
    }

    add(recordings, desk, options, "retention", "Remove what [recording] no longer keeps, as the hub does every hour",
        "Examples:\n  pronto-repeater recording retention --dry-run --config /etc/pronto/hub.toml\n"
        "  pronto-repeater recording retention --json\n",
        retain)
        .add_flag("--dry-run", options->dry_run, "Only say what would be removed");
}

}  // namespace pronto::admin
