#include "repeater/recording/movie_bytes.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/unit/db/scratch.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"

using namespace pronto;
using recording::MovieBytes;

TEST_CASE("a movie's bytes are read where one likes, also when the file has been deleted") {
    const test::Scratch folder;
    const auto file = folder.path() / "1-s.fbs";
    std::ofstream(file) << "0123456789";
    const auto movie = MovieBytes::open(file, nullptr);
    REQUIRE(movie.has_value());
    std::filesystem::remove(file);
    CHECK(movie->size() == 10);
    CHECK(movie->read(0, 10) == "0123456789");
    CHECK(movie->read(7, 3) == "789");
    CHECK(movie->read(10, 0).empty());
    CHECK_THROWS_WITH(movie->read(7, 4), Catch::Contains("ends before it should"));
    CHECK_FALSE(MovieBytes::open(file, nullptr).has_value());
}

TEST_CASE("a link or a folder is no movie") {
    const test::Scratch folder;
    std::ofstream(folder.path() / "secret") << "secret";
    std::filesystem::create_symlink(folder.path() / "secret", folder.path() / "1-s.fbs");
    CHECK_THROWS_WITH(MovieBytes::open(folder.path() / "1-s.fbs", nullptr), Catch::Contains("1-s.fbs"));
    CHECK_THROWS_WITH(MovieBytes::open(folder.path(), nullptr), Catch::Contains("no ordinary file"));
}

TEST_CASE("of a sealed movie the plain bytes are read, at any place") {
    const test::Scratch folder;
    const auto file = folder.path() / "1-s.fbs";
    const auto sealed = test::sealed({Bytes(70'000, 'a'), Bytes(10, 'b')}, true, "1-s.fbs");
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(sealed.data()),
                                                static_cast<std::streamsize>(sealed.size()));
    const auto keys = test::ring();
    const auto movie = MovieBytes::open(file, &keys);
    REQUIRE(movie.has_value());
    CHECK(movie->sealed());
    CHECK(movie->size() == 70'010);
    CHECK(movie->read(69'998, 5) == "aabbb");
    CHECK_THROWS_WITH(MovieBytes::open(file, nullptr), Catch::Contains("sealed"));
    const auto other = test::ring("2");
    CHECK_THROWS_WITH(MovieBytes::open(file, &other), Catch::Contains("which is not in"));
}

TEST_CASE("a sealed movie that was changed is not given") {
    const test::Scratch folder;
    const auto file = folder.path() / "1-s.fbs";
    auto sealed = test::sealed({Bytes(1'000, 'a')}, true, "1-s.fbs");
    sealed[sealed.size() - 100] ^= 1;
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(sealed.data()),
                                                static_cast<std::streamsize>(sealed.size()));
    const auto keys = test::ring();
    const auto movie = MovieBytes::open(file, &keys);
    CHECK_THROWS_WITH(movie->read(0, 10), Catch::Contains("1-s.fbs") && Catch::Contains("was changed"));
}
