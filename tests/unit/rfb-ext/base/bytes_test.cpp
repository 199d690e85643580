#include "rfb-ext/base/bytes.hpp"

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("numbers go out and come back in network order") {
    Bytes bytes;
    append_u8(bytes, 0xAB);
    append_u16(bytes, 0x1234);
    append_u32(bytes, 0xDEADBEEF);
    CHECK(bytes == Bytes{0xAB, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF});
    CHECK(load_u16(&bytes[1]) == 0x1234);
    CHECK(load_u32(&bytes[3]) == 0xDEADBEEF);
}

TEST_CASE("text and bytes are views of each other") {
    CHECK(as_text(as_bytes("caf\xC3\xA9")) == "caf\xC3\xA9");
    Bytes bytes{'a'};
    append(bytes, as_bytes("bc"));
    CHECK(as_text(bytes) == "abc");
}
