#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "rfb-ext/base/text.hpp"
#include "viewer/model/movie_fetch.hpp"
#include "viewer/model/movie_list.hpp"

using namespace pronto;
using namespace pronto::viewer;
using State = MovieFetch::State;

namespace {

/// A hub that the test plays: it answers when told to, in pieces of three bytes.
class FakeMovies final : public MovieSource {
public:
    void list(const std::string& cursor, std::function<void(const MoviePage&)> then, Failed failed) override {
        cursors.push_back(cursor);
        listed = std::move(then);
        refused = std::move(failed);
    }
    void view(const std::string&, const std::string& reason, std::function<void(const MovieFacts&)> then,
              Failed failed) override {
        reasons.push_back(reason);
        viewed = std::move(then);
        refused = std::move(failed);
    }
    void read(const std::string&, File file, std::uint64_t first, std::function<void(const MoviePiece&)> then,
              Failed failed) override {
        const auto& whole = file == File::movie ? movie : facts;
        piece = {whole.substr(first, 3), whole.size()};
        came = std::move(then);
        refused = std::move(failed);
    }
    MovieFacts books() const { return {movie.size(), hex(sha256(as_bytes(movie))), hex(sha256(as_bytes(facts)))}; }
    /// Gives pieces until nothing more is asked for.
    void give_all() {
        while (auto then = std::exchange(came, nullptr)) then(MoviePiece(piece));
    }

    std::string movie = "FBS 001.000\nand so on", facts = "{\"duration_ms\": 5}";
    std::vector<std::string> cursors, reasons;
    std::function<void(const MoviePage&)> listed;
    std::function<void(const MovieFacts&)> viewed;
    std::function<void(const MoviePiece&)> came;
    MoviePiece piece;
    Failed refused;
};

Movie movie(const std::string& session) {
    Movie one;
    one.session = session;
    one.state = Movie::State::finished;
    return one;
}

std::string content(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

unsigned mode(const std::filesystem::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

struct Fetching {
    FakeMovies hub;
    int changes = 0;
    std::unique_ptr<MovieFetch> fetch = std::make_unique<MovieFetch>(hub, movie("1-abc"), [this] { ++changes; });
};

const control::Error no{control::Code::forbidden, "Not yours.", "Ask."};

}  // namespace

TEST_CASE("movies come page by page, each once; a refresh begins anew") {
    FakeMovies hub;
    int changes = 0;
    MovieList list(hub, [&] { ++changes; });
    list.more();
    CHECK(hub.cursors.empty());
    list.refresh();
    CHECK(list.loading());
    hub.listed({{movie("1-c"), movie("1-b")}, "cursor"});
    CHECK_FALSE(list.loading());
    CHECK(list.has_more());
    list.more();
    list.more();
    CHECK(hub.cursors == std::vector<std::string>{"", "cursor"});
    hub.listed({{movie("1-b"), movie("1-a")}, ""});
    CHECK(list.movies() == std::vector<Movie>{movie("1-c"), movie("1-b"), movie("1-a")});
    CHECK_FALSE(list.has_more());
    CHECK(list.find("1-a") != nullptr);
    CHECK(list.find("1-x") == nullptr);
    list.refresh();
    CHECK(list.movies().size() == 3);
    hub.listed({{movie("1-d")}, ""});
    CHECK(list.movies() == std::vector<Movie>{movie("1-d")});
    CHECK(changes > 0);
}

TEST_CASE("what is answered to an older question, or after the list was forgotten, is not taken") {
    FakeMovies hub;
    MovieList list(hub, [] {});
    list.refresh();
    const auto old = hub.listed;
    list.refresh();
    old({{movie("1-old")}, ""});
    CHECK(list.movies().empty());
    CHECK(list.loading());
    hub.refused(no);
    CHECK(list.error() == no);
    CHECK_FALSE(list.loading());
    list.refresh();
    list.forget();
    hub.listed({{movie("1-a")}, ""});
    hub.refused(no);
    CHECK(list.movies().empty());
    CHECK_FALSE(list.error());
}

TEST_CASE_METHOD(Fetching, "a movie comes with its facts into a private folder that goes with its owner") {
    fetch->start("a complaint");
    CHECK(hub.reasons == std::vector<std::string>{"a complaint"});
    CHECK(fetch->state() == State::asking);
    hub.viewed(hub.books());
    CHECK(fetch->state() == State::fetching);
    CHECK(fetch->part() == 0);
    hub.give_all();
    REQUIRE(fetch->state() == State::done);
    CHECK(fetch->part() == 1);
    auto fetched = fetch->take();
    fetch.reset();
    CHECK(content(fetched.movie) == hub.movie);
    CHECK(content(std::filesystem::path(fetched.movie).replace_extension(".json")) == hub.facts);
    CHECK(mode(fetched.movie) == 0600);
    CHECK(mode(fetched.folder->path()) == 0700);
    const auto path = fetched.folder->path();
    fetched.folder.reset();
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_METHOD(Fetching, "without a reason in words the hub is not asked") {
    for (const auto& reason : {std::string(), std::string(" \t\n"), std::string(501, 'x')}) {
        fetch->start(reason);
        CHECK(fetch->error().has_value());
        CHECK(fetch->state() == State::waiting);
    }
    CHECK(hub.reasons.empty());
    fetch->start(std::string(500, 'x'));
    CHECK_FALSE(fetch->error());
    CHECK(fetch->under_way());
}

TEST_CASE_METHOD(Fetching, "a refusal is told, and one may try again") {
    fetch->start("why");
    hub.refused(no);
    CHECK(fetch->error() == no);
    CHECK(fetch->state() == State::waiting);
    fetch->start("why");
    hub.viewed(hub.books());
    hub.refused(no);  // in the middle of it
    CHECK(fetch->error() == no);
    fetch->start("why");
    hub.viewed(hub.books());
    hub.give_all();
    CHECK(fetch->state() == State::done);
}

TEST_CASE_METHOD(Fetching, "what is not what the hub has in its books is not shown") {
    auto books = hub.books();
    SECTION("other facts") {
        hub.facts[3] ^= 1;
    }
    SECTION("another movie") {
        hub.movie[3] ^= 1;
    }
    SECTION("a longer movie") {
        hub.movie += "x";
    }
    SECTION("a shorter movie") {
        hub.movie.pop_back();
    }
    SECTION("nothing at all") {
        hub.movie.clear();
    }
    fetch->start("why");
    hub.viewed(books);
    hub.give_all();
    CHECK(fetch->state() == State::waiting);
    REQUIRE(fetch->error().has_value());
    CHECK_THAT(fetch->error()->message, Catch::Contains("not the movie"));
}

TEST_CASE_METHOD(Fetching, "a file that changes its size on the way ends the attempt") {
    fetch->start("why");
    hub.viewed(hub.books());
    hub.came(MoviePiece(hub.piece));
    hub.piece.size += 1;
    hub.came(MoviePiece(hub.piece));
    CHECK(fetch->error().has_value());
}

TEST_CASE_METHOD(Fetching, "a fetch that is given up leaves nothing behind and hears nothing more") {
    fetch->start("why");
    hub.viewed(hub.books());
    const auto late = hub.came;
    const auto before = changes;
    fetch.reset();
    late(MoviePiece(hub.piece));
    hub.refused(no);
    CHECK(changes == before);
}
