#include "repeater/recording/movie_bytes.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using recording::MovieBytes;

TEST_CASE("a movie's bytes are read where one likes, also when the file has been deleted") {
    const test::Scratch folder;
    const auto file = folder.path() / "1-s.fbs";
    std::ofstream(file) << "0123456789";
    const auto movie = MovieBytes::open(file);
    REQUIRE(movie.has_value());
    std::filesystem::remove(file);
    CHECK(movie->size() == 10);
    CHECK(movie->read(0, 10) == "0123456789");
    CHECK(movie->read(7, 3) == "789");
    CHECK(movie->read(10, 0).empty());
    CHECK_THROWS_WITH(movie->read(7, 4), Catch::Contains("ends before it should"));
    CHECK_FALSE(MovieBytes::open(file).has_value());
}

TEST_CASE("a link or a folder is no movie") {
    const test::Scratch folder;
    std::ofstream(folder.path() / "secret") << "secret";
    std::filesystem::create_symlink(folder.path() / "secret", folder.path() / "1-s.fbs");
    CHECK_THROWS_WITH(MovieBytes::open(folder.path() / "1-s.fbs"), Catch::Contains("1-s.fbs"));
    CHECK_THROWS_WITH(MovieBytes::open(folder.path()), Catch::Contains("no ordinary file"));
}
