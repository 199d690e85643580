#include <catch2/catch.hpp>

#include "rfb-ext/fbs/reader.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

struct Read {
    std::vector<Bytes> data;
    std::vector<std::uint32_t> times;
};

Read read_blocks(const Bytes& file) {
    fbs::BlockReader reader;
    reader.feed(file);
    Read read;
    while (const auto block = reader.next().value()) {
        read.data.emplace_back(block->data.begin(), block->data.end());
        read.times.push_back(block->at_ms);
    }
    CHECK(reader.unfinished() == 0);
    return read;
}

}  // namespace

TEST_CASE("the header is the signature and four blocks of 12, 4, 24 and the name's bytes") {
    Bytes file;
    fbs::append_header(file, {{640, 480}, {}, "desk"});
    CHECK(as_text(ByteView(file).first(12)) == "FBS 001.000\n");
    const auto read = read_blocks(file);
    REQUIRE(read.data.size() == 4);
    CHECK(as_text(read.data[0]) == "RFB 003.003\n");
    CHECK(read.data[1] == Bytes{0, 0, 0, 1});
    CHECK(read.data[2] == Bytes{2, 128, 1, 224, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 4});
    CHECK(as_text(read.data[3]) == "desk");
    CHECK(read.times == std::vector<std::uint32_t>(4, 0));
}

TEST_CASE("an empty name becomes one that readers accept") {
    Bytes file;
    fbs::append_header(file, {{1, 1}, {}, ""});
    CHECK(as_text(read_blocks(file).data.at(3)) == "Pronto");
}

TEST_CASE("blocks are padded to four bytes with zeros") {
    for (std::size_t n = 1; n <= 8; ++n) {
        Bytes file;
        fbs::append_blocks(file, Bytes(n, 0xAA), 0x01020304);
        CHECK(file.size() == 4 + (n + 3) / 4 * 4 + 4);
        CHECK(load_u32(file.data()) == n);
        CHECK(load_u32(file.data() + file.size() - 4) == 0x01020304);
        for (std::size_t i = 4 + n; i < file.size() - 4; ++i) CHECK(file[i] == 0);
    }
}

TEST_CASE("a long update becomes several blocks with one time") {
    Bytes file;
    fbs::append_header(file, small_init());
    Bytes data(600'000);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<Byte>(i * 7);
    fbs::append_blocks(file, data, 42);
    auto read = read_blocks(file);
    REQUIRE(read.data.size() == 4 + 3);
    CHECK(read.data[4].size() == fbs::longest_block_bytes);
    CHECK(read.times[4] == 42);
    CHECK(read.times[6] == 42);
    Bytes together;
    for (std::size_t i = 4; i < 7; ++i) append(together, read.data[i]);
    CHECK(together == data);
}
