// The program pronto-fbs, run as its users do.
#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/wait.h>
#include <boost/json.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

struct Ran {
    int code = -1;
    std::string output;  ///< both streams
    boost::json::object json() const { return boost::json::parse(output).as_object(); }
};

Ran run(const std::string& arguments) {
    Ran ran;
    std::FILE* pipe = ::popen((PRONTO_FBS " " + arguments + " 2>&1").c_str(), "r");
    std::array<char, 4096> buffer;
    for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        ran.output.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

}  // namespace

TEST_CASE("pronto-fbs info says what a movie holds, and what lies beside it") {
    const Folder folder;
    const auto path = folder / "1-ab.part1.fbs";
    save(path, small_movie());
    auto ran = run(fmt::format("info {} --json", path.string()));
    CHECK(ran.code == 0);
    auto said = ran.json();
    CHECK(said["ok"] == true);
    CHECK(said["width"] == 8);
    CHECK(said["height"] == 4);
    CHECK(said["name"] == "small");
    CHECK(said["updates"] == 3);
    CHECK(said["first_update_ms"] == 10);
    CHECK(said["duration_ms"] == 30);
    CHECK(said["cut_bytes"] == 0);
    CHECK_FALSE(said.contains("facts"));

    fbs::PartFacts facts{"1-ab", 1, 1'700'000'000'000, {8, 4}, false, "complete", 30, 123, false, {}};
    fbs::write_part_facts(fbs::facts_file_of(path), facts);
    said = run(fmt::format("info {} --json", path.string())).json();
    CHECK(said["facts"].as_object()["session"] == "1-ab");
    ran = run(fmt::format("info {}", path.string()));
    CHECK(ran.code == 0);
    CHECK_THAT(ran.output, Catch::Contains("8 x 4") && Catch::Contains("3 updates") && Catch::Contains("whole") &&
                               Catch::Contains("1-ab, part 1, started 2023-11-14T22:13:20.000Z, complete"));
}

TEST_CASE("pronto-fbs info says of a finished movie what it was made of, and complains of nothing") {
    const Folder folder;
    const auto part = folder / "1-ab.part1.fbs", movie = folder / "1-ab.fbs", errors = folder / "errors";
    save(part, small_movie());
    fbs::write_part_facts(fbs::facts_file_of(part),
                          {"1-ab", 1, 1'700'000'000'000, {8, 4}, false, "complete", 30, 123, false, {}});
    const auto errors_of = [&](const std::string& words) {
        const auto command = fmt::format(PRONTO_FBS " {} 2>{} >/dev/null", words, errors.string());
        CHECK(std::system(command.c_str()) == 0);
        return read_file(errors);
    };
    CHECK(errors_of("info " + part.string()).empty());
    REQUIRE(run("finish " + part.string()).code == 0);
    CHECK(errors_of("info " + movie.string()).empty());
    CHECK(errors_of("info --json " + movie.string()).empty());
    CHECK_THAT(run("info " + movie.string()).output,
               Catch::Contains("session   1-ab, started 2023-11-14T22:13:20.000Z, 1 part\n") &&
                   Catch::Contains("index     1 key frame\n") && !Catch::Contains("gap") &&
                   !Catch::Contains("problem"));

    auto facts = fbs::read_movie_facts(fbs::facts_file_of(movie));
    facts.gaps = {{5, 1'010, false}, {2'000, 3'000, true}};
    facts.problems = {"1-ab.part2.fbs: cut"};
    write_file_atomically(fbs::facts_file_of(movie), fbs::to_json(facts));
    CHECK_THAT(run("info " + movie.string()).output,
               Catch::Contains("gap       from 0.005 s to 1.010 s: nothing was recorded") &&
                   Catch::Contains("paused    from 2.000 s to 3.000 s: somebody had paused") &&
                   Catch::Contains("problem   1-ab.part2.fbs: cut"));
    const auto said = run("info --json " + movie.string()).json();
    CHECK(said.at("facts").as_object() == boost::json::parse(fbs::to_json(facts)).as_object());
}

TEST_CASE("pronto-fbs verify accepts sound and cut movies and refuses damaged ones") {
    const Folder folder;
    const auto path = folder / "movie.fbs";
    Bytes movie = small_movie();
    save(path, movie);
    CHECK(run(fmt::format("verify {}", path.string())).code == 0);

    movie.resize(movie.size() - 5);
    save(path, movie);
    auto ran = run(fmt::format("verify {} --json", path.string()));
    CHECK(ran.code == 0);
    CHECK(ran.json()["updates"] == 2);
    CHECK(ran.json()["cut_bytes"].to_number<int>() > 0);

    movie = small_movie();
    movie[movie.size() - 20] = 77;  // in the last rectangle's header
    save(path, movie);
    ran = run(fmt::format("verify {} --json", path.string()));
    CHECK(ran.code == 1);
    CHECK(ran.json()["ok"] == false);
    CHECK(ran.json().contains("error"));
    CHECK(run(fmt::format("verify {}", path.string())).code == 1);

    save(path, {});
    CHECK_THAT(run(fmt::format("verify {}", path.string())).output,
               Catch::Contains("it ends before it says how large"));
    CHECK(run(fmt::format("verify {}", (folder / "none.fbs").string())).code == 1);
}

TEST_CASE("pronto-fbs shot saves the picture of a moment") {
    const Folder folder;
    const auto movie = (folder / "movie.fbs").string();
    const auto png = folder / "shot.png";
    save(movie, small_movie());
    const auto shot = [&](const std::string& at) {
        return run(fmt::format("shot {} --at {} --out {}", movie, at, png.string()));
    };
    CHECK(shot("9").code == 1);
    CHECK_THAT(shot("9").output, Catch::Contains("nothing has been drawn by then"));
    CHECK_FALSE(std::filesystem::exists(png));
    CHECK(shot("19").code == 0);
    CHECK(vnc::read_png(png).row(1)[1] == 0xFF0000);
    CHECK(shot("20").code == 0);
    CHECK(vnc::read_png(png).row(1)[1] == 0x00FF00);
    CHECK(vnc::read_png(png).row(1)[4] == 0xFF0000);
    CHECK(shot("end").code == 0);
    CHECK(vnc::read_png(png).row(1)[4] == 0x0000FF);
    const auto said = run(fmt::format("shot {} --at 999999 --out {} --json", movie, png.string())).json();
    CHECK(said.at("width") == 8);
    CHECK(said.at("at_ms") == 30);

    SECTION("of a damaged movie only what lies before the damage") {
        Bytes damaged = small_movie();
        damaged[damaged.size() - 20] = 77;
        save(movie, damaged);
        CHECK(shot("24").code == 0);
        const auto before = read_file(png);
        CHECK(shot("end").code == 1);
        CHECK(read_file(png) == before);
    }
}

TEST_CASE("pronto-fbs compare tells alike pictures from others") {
    const Folder folder;
    const auto a = (folder / "a.png").string();
    const auto b = (folder / "b.png").string();
    vnc::Picture picture = varied({100, 100}, 1);
    vnc::write_png(picture, a);
    for (int x = 0; x < 20; ++x) picture.row(50)[x] ^= 0x404040;
    vnc::write_png(picture, b);
    CHECK(run(fmt::format("compare {} {}", a, a)).code == 0);
    auto ran = run(fmt::format("compare {} {} --json", a, b));
    CHECK(ran.code == 1);
    CHECK(ran.json()["different"] == 20);
    CHECK(ran.json()["percent"].as_double() == Approx(0.2));
    CHECK(run(fmt::format("compare {} {} --most 0.2", a, b)).code == 0);
    CHECK(run(fmt::format("compare {} {} --ignore 0,50,10,1 --ignore 10,50,10,1", a, b)).code == 0);
    CHECK(run(fmt::format("compare {} {} --ignore 0,0,100,100", a, a)).code == 1);
    CHECK(run(fmt::format("compare {} {}", a, (folder / "none.png").string())).code == 1);
}

TEST_CASE("pronto-fbs is clear about wrong usage") {
    CHECK(run("--version").output == "pronto-fbs 0.1.0\n");
    CHECK(run("--version").code == 0);
    CHECK_THAT(run("--help").output, Catch::Contains("Examples:"));
    for (const char* wrong : {"", "paint", "info", "shot x.fbs --at soon --out x.png", "shot x.fbs --at 1",
                              "compare a.png b.png --ignore 1,2,3", "compare a.png b.png --tolerance 300"})
        CHECK(run(wrong).code == 2);
    CHECK_THAT(run("shot x.fbs --at soon --out x.png").output, Catch::Contains("neither milliseconds"));
}

TEST_CASE("each command's help has examples of that command and no other") {
    const std::string commands[] = {"info", "verify", "shot", "compare", "finish", "index", "export", "play", "unseal"};
    for (const auto& command : commands) {
        const auto help = run(command + " --help");
        CHECK(help.code == 0);
        const auto examples = help.output.substr(std::min(help.output.find("Examples:"), help.output.size()));
        for (const auto& other : commands) {
            INFO(command << " --help, examples of " << other);
            CHECK((examples.find("pronto-fbs " + other + " ") != std::string::npos) == (other == command));
        }
    }
}

TEST_CASE("a file that is no movie is named as such, and wrong words with the nearest") {
    const Folder folder;
    const auto path = folder / "notes.txt";
    write_file_atomically(path, "these are my notes");
    for (const char* command : {"info", "verify"}) {
        const auto ran = run(fmt::format("{} {}", command, path.string()));
        CHECK(ran.code == 1);
        CHECK(ran.output ==
              fmt::format("pronto-fbs: {} is not a movie: it does not begin with \"FBS 001.000\", at or before "
                          "byte 0\n",
                          path.string()));
    }
    CHECK(run(fmt::format("info {} --json", path.string())).json()["ok"] == false);
    const auto command = run("inof x");
    CHECK(command.code == 2);
    CHECK(command.output ==
          "pronto-fbs: there is no command \"inof\"; did you mean \"info\"? See \"pronto-fbs --help\".\n");
    const auto option = run("info --jsn x");
    CHECK(option.code == 2);
    CHECK(option.output.find("did you mean \"--json\"?") != std::string::npos);
}

TEST_CASE("every command that reads a movie takes a key file for a sealed one") {
    const Folder folder;
    const auto path = folder / "1-ab.part1.fbs", key = folder / "hub.key", other = folder / "other.key";
    save(path, sealed({small_movie()}, true, "1-ab.part1.fbs"));
    write_file_atomically(key, key_line('2') + key_line('1'));
    write_file_atomically(other, key_line('3'));
    const auto png = folder / "shot.png", video = folder / "movie.webm", plain = folder / "plain.fbs";
    const auto movie = path.string();
    for (const auto& words :
         {"info " + movie, "verify " + movie, fmt::format("shot {} --at end --out {}", movie, png.string()),
          fmt::format("export {} --format webm --out {}", movie, video.string()),
          fmt::format("unseal {} --out {}", movie, plain.string()), "finish " + movie, "index " + movie}) {
        const auto without = run(words), wrong = run(words + " --key-file " + other.string());
        CHECK(without.code == 1);
        CHECK_THAT(without.output, Catch::Contains("say") && Catch::Contains("--key-file"));
        CHECK(wrong.code == 1);
        CHECK_THAT(wrong.output, Catch::Contains(ring().id()) && Catch::Contains("other.key"));
    }
    CHECK_FALSE(std::filesystem::exists(png));
    CHECK_FALSE(std::filesystem::exists(video));
    CHECK_FALSE(std::filesystem::exists(plain));
    const auto with = " --key-file " + key.string();
    auto info = run("info --json " + movie + with);
    CHECK(info.code == 0);
    CHECK(info.json()["sealed"] == true);
    CHECK(info.json()["cut"] == false);
    CHECK(info.json()["bytes"] == small_movie().size());
    CHECK(info.json()["sealed_as"] == "1-ab.part1.fbs");
    CHECK(info.json()["key"].as_string() == ring().id());
    CHECK_THAT(run("info " + movie + with).output,
               Catch::Contains("sealed    as 1-ab.part1.fbs with the key " + ring().id() + "\n"));
    CHECK(run("verify " + movie + with).code == 0);
    CHECK(run(fmt::format("shot {} --at end --out {}", movie, png.string()) + with).code == 0);
    CHECK(vnc::read_png(png).size == Size{8, 4});
    CHECK(run(fmt::format("unseal {} --out {}", movie, plain.string()) + with).code == 0);
    CHECK(read_file(plain) == as_text(small_movie()));
    CHECK_THAT(run(fmt::format("unseal {} --out {}", plain.string(), png.string()) + with).output,
               Catch::Contains("is not sealed"));
    CHECK(run("finish " + movie + with).code == 0);
    const auto finished = (folder / "1-ab.fbs").string();
    CHECK_THAT(run("index " + finished + with).output, Catch::Contains("key frame"));
    CHECK(run(fmt::format("export {} --format webm --out {}", finished, video.string()) + with).code == 0);
    CHECK(run(fmt::format("unseal {} --out {}", (folder / "1-ab.png").string(), png.string()) + with).code == 0);
    CHECK(vnc::read_png(png).size == Size{8, 4});
}

TEST_CASE("a video's format is what its name ends in, or what is said, but not two things") {
    const Folder folder;
    const auto movie = folder / "movie.fbs";
    save(movie, small_movie());
    const auto made = [&](const char* name, const std::string& option = {}) {
        const auto out = folder / name;
        const auto ran = run(fmt::format("export {} --out {} {}", movie.string(), out.string(), option));
        CHECK_THAT(ran.output, Catch::Contains(name));
        CHECK(ran.code == 0);
        return read_file(out);
    };
    const auto is_webm = [](const std::string& video) { return video.compare(0, 4, "\x1A\x45\xDF\xA3") == 0; };
    const auto is_mp4 = [](const std::string& video) { return video.compare(4, 4, "ftyp") == 0; };
    CHECK(is_webm(made("a.webm")));
    CHECK(is_mp4(made("a.mp4")));
    CHECK(is_mp4(made("b.MP4")));
    CHECK(is_mp4(made("c.mp4", "--format mp4")));
    CHECK(is_webm(made("video", "--format webm")));
    for (const char* wrong : {"--out x.webm --format mp4", "--out x.mp4 --format webm", "--out x.avi", "--out x"})
        CHECK(run(fmt::format("export {} {}", movie.string(), wrong)).code == 2);
    CHECK_THAT(run(fmt::format("export {} --out x.webm --format mp4", movie.string())).output,
               Catch::Contains("--format: \"mp4\" contradicts --out x.webm"));
    CHECK_THAT(run(fmt::format("export {} --out x.avi", movie.string())).output,
               Catch::Contains("x.avi ends in neither .webm nor .mp4"));
}

TEST_CASE("a sealed movie under another name than its own is not sound") {
    const Folder folder;
    const auto own = folder / "1-ab.fbs", other = folder / "1-cd.fbs", key = folder / "hub.key";
    for (const auto& path : {own, other}) save(path, sealed({small_movie()}, true, "1-ab.fbs"));
    write_file_atomically(key, key_line('1'));
    const auto verify = [&](const std::filesystem::path& path) {
        return run(fmt::format("verify {} --key-file {} --json", path.string(), key.string()));
    };
    CHECK(verify(own).code == 0);
    const auto swapped = verify(other);
    CHECK(swapped.code == 1);
    CHECK(swapped.json().at("ok") == false);
    CHECK(swapped.json().at("error") == "it is not what its name says: it was sealed as 1-ab.fbs");
    const auto words = run(fmt::format("verify {} --key-file {}", other.string(), key.string()));
    CHECK(words.code == 1);
    CHECK_THAT(words.output, Catch::Contains("1-cd.fbs: NOT SOUND: it is not what its name says"));
}

TEST_CASE("a changed byte of a sealed movie is named with its place, and nothing half is written") {
    const Folder folder;
    const auto path = folder / "1-ab.fbs", key = folder / "hub.key", plain = folder / "plain.fbs";
    auto file = sealed({small_movie()}, true, "1-ab.fbs");
    const auto first = fbs::read_seal_header(file).value().bytes;
    file[first + 100] ^= 1;
    save(path, file);
    write_file_atomically(key, key_line('1'));
    const auto words = fmt::format(" {} --key-file {}", path.string(), key.string());
    const auto verdict = run("verify" + words);
    CHECK(verdict.code == 1);
    CHECK_THAT(verdict.output,
               Catch::Contains("1-ab.fbs") && Catch::Contains(fmt::format("sealed at bytes {} to", first)));
    const auto unsealed = run("unseal" + words + " --out " + plain.string());
    CHECK(unsealed.code == 1);
    CHECK_THAT(unsealed.output, Catch::Contains("was changed"));
    CHECK_FALSE(std::filesystem::exists(plain));
}
