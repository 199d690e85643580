// pronto-fbs: looks into movies.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "rfb-ext/base/usage.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/fbs/commands.hpp"

namespace {

using namespace pronto;

constexpr int wrong_usage = 2;

constexpr auto examples =
    "Examples:\n"
    "  pronto-fbs info 1-0123456789abcdef.part1.fbs\n"
    "  pronto-fbs verify --json 1-0123456789abcdef.part1.fbs\n"
    "  pronto-fbs shot 1-0123456789abcdef.part1.fbs --at 12500 --out moment.png\n"
    "  pronto-fbs shot 1-0123456789abcdef.part1.fbs --at end --out last.png\n"
    "  pronto-fbs finish 1-0123456789abcdef.part*.fbs --keep-parts\n"
    "  pronto-fbs export 1-0123456789abcdef.fbs --out session.webm --speed 2 --skip-idle\n"
    "  pronto-fbs play 1-0123456789abcdef.fbs\n"
    "  pronto-fbs verify 1-0123456789abcdef.fbs --key-file /etc/pronto/movies.key\n"
    "  pronto-fbs unseal 1-0123456789abcdef.png --key-file /etc/pronto/movies.key --out poster.png\n"
    "  pronto-fbs compare guest.png last.png --ignore 20,40,360,420 --tolerance 32 --most 0.1\n"
    "\"pronto-fbs COMMAND --help\" tells more. "
    "Exit codes: 0 done (compare: alike), 1 failed (damaged, not alike), 2 wrong usage.\n";

struct CommandHelp {
    const char* command;
    const char* examples;
};
constexpr CommandHelp command_helps[] = {
    {"info",
     "  pronto-fbs info 1-0123456789abcdef.fbs\n"
     "  pronto-fbs info 1-0123456789abcdef.part1.fbs --json\n"},
    {"verify",
     "  pronto-fbs verify 1-0123456789abcdef.fbs\n"
     "  pronto-fbs verify 1-0123456789abcdef.fbs --key-file /etc/pronto/movies.key --json\n"
     "Exit code 1 if it is damaged. An end that was cut off is said, and no damage.\n"},
    {"shot",
     "  pronto-fbs shot 1-0123456789abcdef.fbs --at 12500 --out moment.png\n"
     "  pronto-fbs shot 1-0123456789abcdef.fbs --at end --out last.png\n"},
    {"compare",
     "  pronto-fbs compare guest.png last.png\n"
     "  pronto-fbs compare guest.png last.png --ignore 20,40,360,420 --tolerance 32 --most 0.1\n"
     "Exit code 1 if they are not alike.\n"},
    {"finish",
     "  pronto-fbs finish 1-0123456789abcdef.part*.fbs\n"
     "  pronto-fbs finish 1-0123456789abcdef.part*.fbs --keep-parts --out case7.fbs\n"},
    {"index", "  pronto-fbs index 1-0123456789abcdef.fbs\n"},
    {"export",
     "  pronto-fbs export 1-0123456789abcdef.fbs --out session.webm\n"
     "  pronto-fbs export 1-0123456789abcdef.fbs --out session.mp4 --speed 2 --skip-idle --from 60000 --to 90000\n"},
    {"play",
     "  pronto-fbs play 1-0123456789abcdef.fbs\n"
     "  pronto-fbs play 1-0123456789abcdef.fbs --key-file /etc/pronto/movies.key\n"},
    {"unseal",
     "  pronto-fbs unseal 1-0123456789abcdef.fbs --key-file /etc/pronto/movies.key --out plain.fbs\n"
     "  pronto-fbs unseal 1-0123456789abcdef.png --key-file /etc/pronto/movies.key --out poster.png\n"},
};

/// Otherwise a command shows the examples of all of them.
void add_examples(CLI::App& app) {
    for (const auto& [command, command_examples] : command_helps)
        app.get_subcommand(command)->footer(std::string("Examples:\n") + command_examples);
}

/// "X,Y,W,H"
Rect parse_rect(const std::string& text) {
    Rect rect;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int* value : {&rect.x, &rect.y, &rect.width, &rect.height}) {
        const auto [next, wrong] = std::from_chars(at, end, *value);
        const bool last = value == &rect.height;
        if (wrong != std::errc{} || (last ? next != end : next == end || *next != ','))
            throw CLI::ValidationError("--ignore", fmt::format("\"{}\" is not X,Y,W,H in whole pixels", text));
        at = next + 1;
    }
    if (rect.empty()) throw CLI::ValidationError("--ignore", fmt::format("\"{}\" is empty", text));
    return rect;
}

/// Milliseconds, or nothing for "end".
std::optional<std::uint32_t> parse_moment(const std::string& text, const char* option) {
    if (text == "end") return std::nullopt;
    std::uint32_t ms = 0;
    const auto [next, wrong] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (wrong != std::errc{} || next != text.data() + text.size())
        throw CLI::ValidationError(option,
                                   fmt::format("\"{}\" is neither milliseconds since the start nor \"end\"", text));
    return ms;
}

void add_export_options(CLI::App& exporting, fbs::ExportCommand& video, std::string& format, std::string& to) {
    exporting.add_option("--out", video.out, "The video; an existing file is replaced")->required()->type_name("FILE");
    exporting.add_option("--format", format, "webm (VP9) or mp4 (H.264); not needed if the video's name ends so")
        ->check(CLI::IsMember({"webm", "mp4"}))
        ->type_name("webm|mp4");
    exporting.add_option("--speed", video.options.speed, "So many times as fast")
        ->check(CLI::Range(0.1, 100.0))
        ->type_name("X");
    exporting.add_option("--from", video.options.from_ms, "Begin so many milliseconds after the start")
        ->check(CLI::Range(0U, UINT32_MAX))
        ->type_name("MS");
    exporting.add_option("--to", to, "End there, or at the \"end\" (default)")->type_name("MS|end");
    exporting.add_option("--width", video.options.width, "The video's width (default: the screen's)")
        ->check(CLI::Range(16, 16'384))
        ->type_name("W");
    exporting.add_flag("--skip-idle", video.options.skip_idle, "Show two seconds at most of times without change");
}

/// "--format", or what the video's name ends in.
fbs::VideoFormat format_of(const std::string& option, const std::filesystem::path& video) {
    auto ending = video.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string named = ending == ".webm" || ending == ".mp4" ? ending.substr(1) : "";
    if (option.empty() && named.empty())
        throw CLI::ValidationError(
            "--format", fmt::format("{} ends in neither .webm nor .mp4: say which it should be", video.string()));
    if (!option.empty() && !named.empty() && option != named)
        throw CLI::ValidationError("--format", fmt::format("\"{}\" contradicts --out {}", option, video.string()));
    return (option.empty() ? named : option) == "mp4" ? fbs::VideoFormat::mp4 : fbs::VideoFormat::webm;
}

int export_video(const fbs::Source& source, fbs::ExportCommand& video, const std::string& format, const std::string& to,
                 bool json) {
    video.movie = source;
    video.options.format = format_of(format, video.out);
    if (!to.empty()) video.options.to_ms = parse_moment(to, "--to");
    return fbs::export_video(video, json);
}

int run(int argc, char** argv) {
    CLI::App app{"Looks into Pronto's movies (FBS 001.000).", "pronto-fbs"};
    app.footer(examples);
    app.set_version_flag("--version", fmt::format("pronto-fbs {}", version));
    app.require_subcommand(1);
    bool json = false;
    fbs::Source movie;
    std::string at, png, plain, first, second, format, to;
    std::vector<std::string> ignored;
    fbs::CompareOptions options;

    const auto command = [&](const char* name, const char* purpose) {
        auto* made = app.add_subcommand(name, purpose);
        made->add_flag("--json", json, "Print one JSON object on one line");
        return made;
    };
    auto* info = command("info", "Says what a movie holds");
    auto* verify = command("verify", "Checks a movie: its structure, the measure of every message, every picture");
    auto* shot = command("shot", "Saves the picture of one moment as PNG");
    auto* compare = command("compare", "Compares two PNG pictures");
    auto* finish = command(
        "finish", "Makes one movie of a session's parts: key frames to seek by, one pixel format, facts, poster");
    auto* index = command("index", "Makes the facts beside a finished movie anew, its index among them");
    auto* exporting = command("export", "Makes a video file that any player shows");
    auto* play = app.add_subcommand("play", "Opens the console's player");
    auto* unseal = command("unseal", "Writes what is in a sealed file, movie or poster, to a plain one");
    unseal->add_option("--out", plain, "The plain file; an existing one is replaced")->required()->type_name("PLAIN");
    constexpr auto key_file_is = "The hub's key file, for what is sealed";
    for (auto* with_movie : {info, verify, shot, index, exporting, play, unseal}) {
        with_movie->add_option("FILE", movie.file, "The movie")->required()->type_name("");
        with_movie->add_option("--key-file", movie.key_file, key_file_is)->type_name("FILE");
    }
    fbs::FinishCommand finishing;
    finish->add_option("PART", finishing.parts, "The session's parts")->required()->type_name("FILE...");
    finish
        ->add_option("--out", finishing.out,
                     "The movie (default: the parts' name without their number); .json and .png go beside it")
        ->type_name("FILE");
    finish->add_option("--key-file", finishing.key_file, key_file_is)->type_name("FILE");
    finish->add_flag("--seal", finishing.seal, "Seal the movie and its poster also if no part is sealed");
    finish->add_flag("--keep-parts", finishing.keep_parts, "Leave the parts where they are");
    fbs::ExportCommand video;
    add_export_options(*exporting, video, format, to);
    shot->add_option("--at", at, "Milliseconds since the start, or \"end\"")->required()->type_name("MS|end");
    shot->add_option("--out", png, "Where the picture goes; an existing file is replaced")
        ->required()
        ->type_name("PNG");
    compare->add_option("A", first, "A PNG picture")->required()->type_name("PNG");
    compare->add_option("B", second, "Another of the same size")->required()->type_name("PNG");
    compare->add_option("--ignore", ignored, "An area that does not count; may be repeated")->type_name("X,Y,W,H");
    compare->add_option("--tolerance", options.tolerance, "Pixels differ if a channel differs by more than this")
        ->check(CLI::Range(0, 255))
        ->capture_default_str();
    compare->add_option("--most", options.most_percent, "The percentage of pixels that may differ")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    add_examples(app);
    try {
        app.parse(argc, argv);
        for (const auto& area : ignored) options.ignored.push_back(parse_rect(area));
        if (*info) return fbs::info(movie, json);
        if (*verify) return fbs::verify(movie, json);
        if (*shot) return fbs::shot(movie, parse_moment(at, "--at"), png, json);
        if (*finish) return fbs::finish(finishing, json);
        if (*exporting) return export_video(movie, video, format, to, json);
        if (*play) return fbs::play(movie);
        if (*unseal) return fbs::unseal(movie, plain, json);
        if (*index) return fbs::index(movie, json);
        return fbs::compare_files(first, second, options, json);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return app.exit(problem);  // --help, --version
        fmt::print(stderr, "pronto-fbs: {}\n", usage_problem(app, argc, argv, problem));
        return wrong_usage;
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& problem) {
        fmt::print(stderr, "pronto-fbs: {}\n", problem.what());
        return 1;
    }
}
