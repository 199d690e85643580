#include "viewer/remote/movie_answers.hpp"

#include <catch2/catch.hpp>

#include "viewer/remote/remote_movies.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

const std::string row =
    R"({"session":"1-0a","guest":"PC-E75B1","operator":"anna","started":"2023-11-14T22:13:20.125Z","duration_ms":83000,)"
    R"("bytes":9400000,"state":"finished","hold":"court order","detail":null})";
const std::string page = R"({"movies":[)" + row + R"(],"next":"17.1-0a"})";

/// Keeps what was asked; the test answers.
class FakeRequests final : public RequestSource {
public:
    void request(tunnel::RestRequest asked, std::function<void(const tunnel::RestAnswer&)> then,
                 std::function<void(const tunnel::LinkFailure&)> otherwise) override {
        request_ = std::move(asked);
        answered = std::move(then);
        failed = std::move(otherwise);
    }
    tunnel::RestRequest request_;
    std::function<void(const tunnel::RestAnswer&)> answered;
    std::function<void(const tunnel::LinkFailure&)> failed;
};

}  // namespace

TEST_CASE("a page of movies is read as the protocol has it") {
    const auto found = movie_page_in(page);
    REQUIRE(found.has_value());
    REQUIRE(found->movies.size() == 1);
    const Movie expected{
        "1-0a", "PC-E75B1", "anna", 1'700'000'000'125, 83'000, 9'400'000, Movie::State::finished, "court order", ""};
    CHECK(found->movies[0] == expected);
    CHECK(found->next == "17.1-0a");
    CHECK(movie_page_in(R"({"movies":[],"next":null})")->next.empty());
}

TEST_CASE("a page cut anywhere is none") {
    for (std::size_t n = 0; n < page.size(); ++n) CHECK_FALSE(movie_page_in(page.substr(0, n)));
    CHECK_FALSE(movie_page_in("[]"));
    CHECK_FALSE(movie_page_in(R"({"movies":7})"));
}

TEST_CASE("rows that make no sense are left out, texts are made presentable") {
    for (const char* id : {"", "../x", "1-a/b", "1 a", "1-\\u0007"})
        CHECK(movie_page_in(std::string(R"({"movies":[{"session":")") + id + R"(","state":"finished"}]})")
                  ->movies.empty());
    CHECK(movie_page_in(R"({"movies":[{"session":"1-a","state":"melting"},7,null,[]]})")->movies.empty());
    const auto odd = movie_page_in(
        R"({"movies":[{"session":"1-a","state":"failed","guest":"a\u001b[2J","duration_ms":-5,"bytes":"x","started":7}]})");
    REQUIRE(odd->movies.size() == 1);
    CHECK(odd->movies[0].guest.find('\x1b') == std::string::npos);
    CHECK(odd->movies[0].duration_ms == 0);
    CHECK(odd->movies[0].bytes == 0);
}

TEST_CASE("a movie without size or hashes cannot be fetched") {
    const std::string sum(64, 'a');
    const auto facts = [&](const std::string& bytes, const std::string& movie, const std::string& json) {
        return movie_facts_in(R"({"bytes":)" + bytes + R"(,"movie_sha256":")" + movie + R"(","facts_sha256":")" + json +
                              "\"}");
    };
    CHECK(facts("5", sum, sum)->movie_sha256 == sum);
    CHECK_FALSE(facts("0", sum, sum));
    CHECK_FALSE(facts("-1", sum, sum));
    CHECK_FALSE(facts("5", sum.substr(1), sum));
    CHECK_FALSE(facts("5", sum, std::string(64, 'g')));
    CHECK_FALSE(movie_facts_in("{}"));
}

TEST_CASE("movies are asked for in pieces, and a piece that is not the one asked for is refused") {
    FakeRequests hub;
    RemoteMovies movies(hub);
    std::string heard;
    const auto failed = [&](const control::Error& why) { heard = why.message; };
    movies.read(
        "1-0a", MovieSource::File::movie, 100, [&](const MoviePiece& piece) { heard = piece.bytes; }, failed);
    CHECK(hub.request_.target == "/api/v1/recordings/1-0a/movie");
    CHECK(hub.request_.first == 100);
    CHECK(hub.request_.bytes == RemoteMovies::piece_bytes);
    hub.answered({206, "abc", tunnel::ContentRange{100, 3, 500}});
    CHECK(heard == "abc");
    for (const auto& wrong : {tunnel::ContentRange{99, 3, 500}, tunnel::ContentRange{100, 4, 500}}) {
        heard.clear();
        hub.answered({206, "abc", wrong});
        CHECK_THAT(heard, Catch::Contains("none that this console knows"));
    }
    heard.clear();
    hub.answered({200, "abc", std::nullopt});
    CHECK_THAT(heard, Catch::Contains("none that this console knows"));
    tunnel::LinkFailure failure;
    failure.error.message = "The hub is gone.";
    hub.failed(failure);
    CHECK(heard == "The hub is gone.");
    movies.list(
        "17.1-0a &x", [](const MoviePage&) {}, failed);
    CHECK(hub.request_.target == "/api/v1/recordings?limit=100&cursor=17.1-0a%20%26x");
    movies.view(
        "1-0a", "a \"reason\"", [](const MovieFacts&) {}, failed);
    CHECK(hub.request_.method == "POST");
    CHECK(hub.request_.target == "/api/v1/recordings/1-0a/views");
    CHECK(hub.request_.body == R"({"reason":"a \"reason\""})");
}
