#include "repeater/web/byte_range.hpp"

#include <catch2/catch.hpp>

using pronto::web::Piece;
using pronto::web::piece_of;
using Kind = Piece::Kind;

namespace {

constexpr std::uint64_t size = 1'000;
constexpr std::uint64_t most = pronto::web::longest_piece;
const Piece nothing{Kind::none, 0, 0};

Piece part(std::uint64_t first, std::uint64_t bytes) {
    return {Kind::part, first, bytes};
}

}  // namespace

TEST_CASE("a range is answered with its bytes, as far as they are there") {
    CHECK(piece_of("bytes=0-0", size) == part(0, 1));
    CHECK(piece_of("bytes=10-19", size) == part(10, 10));
    CHECK(piece_of("BYTES=10-19", size) == part(10, 10));
    CHECK(piece_of("bytes=0-999", size) == part(0, 1'000));
    CHECK(piece_of("bytes=990-1000", size) == part(990, 10));
    CHECK(piece_of("bytes=999-", size) == part(999, 1));
    CHECK(piece_of("bytes=5-99999999999999999999999999", size) == part(5, 995));
    CHECK(piece_of("bytes=5-18446744073709551615", size) == part(5, 995));
}

TEST_CASE("so many bytes at the end are counted from there") {
    CHECK(piece_of("bytes=-1", size) == part(999, 1));
    CHECK(piece_of("bytes=-1000", size) == part(0, 1'000));
    CHECK(piece_of("bytes=-99999999999999999999999999", size) == part(0, 1'000));
    CHECK(piece_of("bytes=-0", size) == nothing);
}

TEST_CASE("an answer is never longer than a piece") {
    CHECK(piece_of("bytes=1-", 10 * most) == part(1, most));
    CHECK(piece_of("bytes=0-" + std::to_string(most), 10 * most) == part(0, most));
    CHECK(piece_of("bytes=0-" + std::to_string(most - 1), 10 * most) == part(0, most));
    CHECK(piece_of("bytes=-" + std::to_string(2 * most), 10 * most) == part(8 * most, most));
    CHECK(piece_of("bytes=0-", UINT64_MAX) == part(0, most));
    CHECK(piece_of("bytes=" + std::to_string(UINT64_MAX - 1) + "-", UINT64_MAX) == part(UINT64_MAX - 1, 1));
}

TEST_CASE("what no byte of the file is in, several ranges and nonsense are refused") {
    for (const char* range :
         {"bytes=1000-", "bytes=1000-1001", "bytes=99999999999999999999999999-", "bytes=5-4", "bytes=0-1,3-4",
          "bytes=", "bytes=-", "bytes=5", "bytes=a-b", "bytes=1-b", "bytes=-b", "bytes= 0-1", "bytes=0 - 1",
          "bytes=0-1 ", "bytes=+1-2", "bytes=0x0-1", "bytes=--1", "bytes=1--2", "bytes=0-1-2"}) {
        INFO(range);
        CHECK(piece_of(range, size) == nothing);
    }
    CHECK(piece_of("bytes=0-", 0) == nothing);
    CHECK(piece_of("bytes=-5", 0) == nothing);
}

TEST_CASE("without a range in bytes it is the whole, if that is no more than a piece") {
    for (const char* range : {"", "lines=1-2", "bytes", "byte=0-1"}) {
        CHECK(piece_of(range, size) == Piece{Kind::whole, 0, size});
        CHECK(piece_of(range, most) == Piece{Kind::whole, 0, most});
        CHECK(piece_of(range, most + 1).kind == Kind::too_large);
        CHECK(piece_of(range, 0) == Piece{Kind::whole, 0, 0});
    }
}
