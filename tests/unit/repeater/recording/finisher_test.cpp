#include "repeater/recording/finisher.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fstream>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include "repeater/recording/integrity.hpp"
#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using hub::MovieState;
using recording::Finisher;

namespace {

struct Fixture {
    test::Scratch folder;
    std::filesystem::path recordings = folder / "recordings";
    boost::asio::io_context thread;
    SystemClock clock;
    std::vector<hub::MovieRecord> rows;
    std::vector<hub::AuditRecord> audits;
    std::function<void(const hub::MovieRecord&)> on_row;
    Finisher::Options options;

    Fixture() {
        make_private_folder(recordings);
        options.folder = recordings;
        options.program = folder / "pronto-fbs";
        options.pause = Millis{10};
    }
    void part(const std::string& session, int number = 1) const {
        std::ofstream(recordings / (session + ".part" + std::to_string(number) + ".fbs")) << "part";
    }
    /// A shell script that stands for pronto-fbs; $S is the session.
    void program(const std::string& script) const {
        std::ofstream(options.program) << "#!/bin/sh\nS=${3%%.part*}\n" << script << "\n";
        REQUIRE(::chmod(options.program.c_str(), 0700) == 0);
    }
    static std::string making_a_movie(unsigned parts = 1, bool damaged = false) {
        fbs::MovieFacts facts;
        facts.parts = parts;
        facts.damaged = damaged;
        facts.bytes = 5;
        facts.duration_ms = 1'500;
        facts.problems = {"part1: cut"};
        auto json = fbs::to_json(facts);
        json.pop_back();
        return "printf movie > $S.fbs; printf poster > $S.png; printf '%s' '" + json + "' > $S.json";
    }
    void run(std::initializer_list<const char*> sessions) {
        Finisher finisher(options, thread, clock, [this](const auto& row, const auto& audit) {
            rows.push_back(row);
            if (audit) audits.push_back(*audit);
            if (on_row) on_row(row);
        });
        for (const auto* session : sessions) finisher.add(session);
        stop = [&] { finisher.stop(); };
        thread.run();
    }
    std::function<void()> stop;
    std::string read(const std::string& name) const { return read_file(folder / name); }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "a movie is finished by a program of its own at the lowest priority, without the hub's descriptors") {
    part("1-a");
    part("1-a", 2);
    part("1-ab");
    std::ofstream(recordings / "1-a.fbs.Xy12Zz") << "half";
    const int open_here = ::open((folder / "secret").c_str(), O_CREAT | O_RDWR, 0600);  // not even O_CLOEXEC
    program("cd " + folder.path().string() +
            "; echo \"$@\" > arguments; ls -l /proc/$$/fd > descriptors; cut -d' ' -f19 /proc/$$/stat > nice; " +
            "ionice -p $$ > io 2>&1; echo $(ps -o pgid= -p $$) $$ > group; " + making_a_movie());
    run({"1-a"});
    ::close(open_here);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].state == MovieState::waiting);
    CHECK(rows[1].state == MovieState::working);
    const auto& row = rows[2];
    CHECK(row.state == MovieState::finished);
    CHECK(row.file == "1-a.fbs");
    CHECK(row.bytes == 5);
    CHECK(row.duration_ms == 1'500);
    CHECK(row.attempts == 1);
    CHECK(row.detail == "part1: cut");
    CHECK(row.movie_sha256 == recording::sha256_of(recordings / "1-a.fbs"));
    CHECK(row.poster_sha256 == recording::sha256_of(recordings / "1-a.png"));
    CHECK(row.facts_sha256 == recording::sha256_of(recordings / "1-a.json"));
    REQUIRE(audits.size() == 1);
    CHECK(audits[0].action == "movie.finished");
    CHECK(audits[0].detail == recording::digests_text(row));
    CHECK(read("arguments") ==
          "finish --keep-parts " + (recordings / "1-a.part1.fbs").string() + " " + (recordings / "1-a.part2.fbs").string() + "\n");
    CHECK(read("nice") == "19\n");
    CHECK(read("io") == "idle\n");
    CHECK_THAT(read("descriptors"), Catch::Contains("/dev/null") && !Catch::Contains("secret"));
    const auto group = read("group");
    CHECK(group.substr(0, group.find(' ')) + "\n" == group.substr(group.find(' ') + 1));
    CHECK_FALSE(std::filesystem::exists(recordings / "1-a.fbs.Xy12Zz"));
    CHECK(recording::parts_of(recordings, "1-a").empty());
    CHECK(std::filesystem::exists(recordings / "1-ab.part1.fbs"));
}

TEST_CASE_METHOD(Fixture, "a program that crashes is run again; the third time it is given up and the parts stay") {
    part("1-a");
    program("echo 'pronto-fbs: no room' >&2; kill -SEGV $$");
    run({"1-a"});
    const auto& row = rows.back();
    CHECK(row.state == MovieState::failed);
    CHECK(row.attempts == 3);
    CHECK_THAT(row.detail, Catch::StartsWith("no room (ended by signal 11"));
    CHECK(rows.size() == 1 + 3 * 2);
    REQUIRE(audits.size() == 1);
    CHECK(audits[0].action == "movie.failed");
    CHECK(std::filesystem::exists(recordings / "1-a.part1.fbs"));
}

TEST_CASE_METHOD(Fixture, "a second attempt may succeed") {
    part("1-a");
    program("test -e $S.tried || { touch $S.tried; exit 1; }; " + making_a_movie());
    run({"1-a"});
    CHECK(rows.back().state == MovieState::finished);
    CHECK(rows.back().attempts == 2);
}

TEST_CASE_METHOD(Fixture, "a movie that a killed hub had finished already is taken as it is") {
    part("1-a");
    program(making_a_movie());
    run({"1-a"});
    const auto digest = rows.back().movie_sha256;
    thread.restart();
    program("exit 1");
    run({"1-a"});
    CHECK(rows.back().state == MovieState::finished);
    CHECK(rows.back().movie_sha256 == digest);
}

TEST_CASE_METHOD(Fixture, "what a killed hub left of the parts does not replace the movie that was made of all") {
    part("1-a");
    part("1-a", 2);
    program(making_a_movie(2));
    run({"1-a"});
    const auto digest = rows.back().movie_sha256;
    thread.restart();
    part("1-a", 2);
    program("exit 1");
    run({"1-a"});
    CHECK(rows.back().state == MovieState::finished);
    CHECK(rows.back().movie_sha256 == digest);
    CHECK(recording::parts_of(recordings, "1-a").empty());
}

TEST_CASE_METHOD(Fixture, "a part that comes while the movie is made is in the movie, and nothing is thrown away before") {
    part("1-a");
    program(making_a_movie() + "; test -e $S.part2.fbs || { touch $S.part2.fbs; exit 0; }; echo \"$@\" > " +
            (folder / "arguments").string());
    run({"1-a"});
    CHECK(rows.back().state == MovieState::finished);
    CHECK(rows.back().attempts == 2);
    CHECK_THAT(read("arguments"), Catch::Contains("1-a.part1.fbs") && Catch::Contains("1-a.part2.fbs"));
}

TEST_CASE_METHOD(Fixture, "parts stay beside a movie that was made of damaged ones, and where the policy keeps them") {
    part("1-a");
    SECTION("damaged") { program(making_a_movie(1, true)); }
    SECTION("kept") {
        options.keep_parts = true;
        program(making_a_movie());
    }
    run({"1-a"});
    CHECK(rows.back().state == MovieState::finished);
    CHECK(recording::parts_of(recordings, "1-a").size() == 1);
}

TEST_CASE_METHOD(Fixture, "a recording without any file fails, with the reason") {
    program(making_a_movie());
    options.most_attempts = 1;
    run({"1-a"});
    CHECK(rows.back().state == MovieState::failed);
    CHECK_THAT(rows.back().detail, Catch::Contains("nothing was recorded"));
}

TEST_CASE_METHOD(Fixture, "one after the other, and none twice") {
    part("1-a");
    part("1-b");
    program("test -e " + (folder / "busy").string() + " && exit 1; touch " + (folder / "busy").string() + "; " +
            making_a_movie() + "; rm " + (folder / "busy").string());
    run({"1-a", "1-b", "1-a"});
    CHECK(audits.size() == 2);
    for (const auto& row : rows) CHECK(row.attempts <= 1);
}

TEST_CASE_METHOD(Fixture, "at the stop what runs is ended, and waits for the next start") {
    part("1-a");
    part("1-b");
    program("sleep 1000 & echo $! > " + (folder / "sleeper").string() + "; wait");
    boost::asio::steady_timer look(thread);
    std::function<void()> wait_for_it = [&] {
        look.expires_after(Millis{20});
        look.async_wait([&](const auto&) {
            std::ifstream said(folder / "sleeper");
            if (std::string line; std::getline(said, line) && !line.empty()) return stop();
            wait_for_it();
        });
    };
    wait_for_it();
    run({"1-a", "1-b"});
    CHECK(rows.back().session == "1-a");
    CHECK(rows.back().state == MovieState::waiting);
    CHECK(rows.back().attempts == 0);
    const auto sleeper = std::stoi(read("sleeper"));
    // Killed is killed, but the system may take a moment to it; a zombie that nobody has collected yet has no command.
    const auto still_there = [&] {
        std::ifstream left("/proc/" + std::to_string(sleeper) + "/cmdline");
        std::string command;
        std::getline(left, command);
        return command.find("sleep") != std::string::npos;
    };
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (still_there() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    CHECK_FALSE(still_there());
}
