#include "repeater/recording/integrity.hpp"

#include <catch2/catch.hpp>

#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/base/files.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using namespace pronto::recording;
using hub::MovieState;

namespace {

/// Two finished movies.
struct Fixture {
    test::Scratch folder;
    std::vector<hub::MovieRecord> movies{finished("1-a"), finished("1-b")};

    hub::MovieRecord finished(const std::string& session) const {
        hub::MovieRecord movie;
        movie.session = session;
        movie.state = MovieState::finished;
        const auto made = [&](const std::string& name) {
            write_file_atomically(folder / name, "bytes of " + name);
            return sha256_of(folder / name);
        };
        movie.movie_sha256 = made(movie_file_name(session));
        movie.facts_sha256 = made(facts_file_name(session));
        movie.poster_sha256 = made(poster_file_name(session));
        return movie;
    }
    std::vector<Trouble> check(std::size_t which = 0) const {
        std::vector<hub::AuditRecord> audit;
        for (const auto& movie : movies)
            audit.push_back({1, "hub", "movie.finished", movie.session, digests_text(movie)});
        return Integrity(folder.path(), movies, audit).check(movies[which], {});
    }
};

using Troubles = std::vector<Trouble>;

}  // namespace

TEST_CASE_METHOD(Fixture, "a movie as it was written has no trouble") {
    CHECK(sha256_of(folder / "1-a.fbs").size() == 64);
    CHECK(check().empty());
    CHECK(check(1).empty());
}

TEST_CASE_METHOD(Fixture, "a changed, a missing and a swapped file are named") {
    write_file_atomically(folder / "1-a.fbs", "bytes of 1-a.fbz");
    std::filesystem::remove(folder / "1-a.png");
    std::filesystem::copy_file(folder / "1-b.json", folder / "1-a.json",
                               std::filesystem::copy_options::overwrite_existing);
    const auto troubles = check();
    REQUIRE(troubles.size() == 3);
    CHECK(troubles[0].file == "1-a.fbs");
    CHECK_THAT(troubles[0].what, Catch::StartsWith("was changed"));
    CHECK(troubles[1] == Trouble{"1-a", "1-a.json", "was swapped: it is the facts of session 1-b"});
    CHECK(troubles[2] == Trouble{"1-a", "1-a.png", "is missing"});
    CHECK(check(1).empty());
}

TEST_CASE_METHOD(Fixture, "a link to the movie is not the movie") {
    std::filesystem::rename(folder / "1-a.fbs", folder / "elsewhere");
    std::filesystem::create_symlink(folder / "elsewhere", folder / "1-a.fbs");
    REQUIRE(check().size() == 1);
    CHECK_THAT(check()[0].what, Catch::Contains("cannot read"));
}

TEST_CASE_METHOD(Fixture, "file and row changed alike do not get past the audit log") {
    std::vector<hub::AuditRecord> audit{{1, "hub", "movie.finished", "1-a", digests_text(movies[0])}};
    write_file_atomically(folder / "1-a.fbs", "forged");
    movies[0].movie_sha256 = sha256_of(folder / "1-a.fbs");
    const Integrity integrity(folder.path(), movies, audit);
    CHECK(integrity.check(movies[0], {}) ==
          Troubles{{"1-a", "", "the hashes in the database are not those of the audit log"}});
    CHECK(integrity.check(movies[1], {}) ==
          Troubles{{"1-b", "", "the audit log does not know that its movie was finished"}});
}

TEST_CASE_METHOD(Fixture, "the parts of a movie that failed must be there, with their length") {
    movies[0].state = MovieState::failed;
    write_file_atomically(folder / "1-a.part1.fbs", "12345");
    using hub::RecordingState;
    std::vector<hub::RecordingRecord> parts{{"1-a", 1, "1-a.part1.fbs", RecordingState::complete, 1, 1, 5, ""},
                                            {"1-a", 2, "1-a.part2.fbs", RecordingState::failed, 1, 0, 0, "no disk"}};
    const Integrity integrity(folder.path(), movies, {});
    CHECK(integrity.check(movies[0], parts).empty());
    parts[0].bytes = 6;
    parts[1].bytes = 7;
    CHECK(integrity.check(movies[0], parts) ==
          Troubles{{"1-a", "1-a.part1.fbs", "was changed: it has 5 bytes, 6 were written"},
                   {"1-a", "1-a.part2.fbs", "is missing"}});
    movies[0].state = MovieState::deleted;
    CHECK(integrity.check(movies[0], parts).empty());
}
