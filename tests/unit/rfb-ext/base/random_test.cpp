#include "rfb-ext/base/random.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "rfb-ext/base/text.hpp"

using namespace pronto;

TEST_CASE("random bytes are as many as asked for, and not the same twice") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(33).size() == 33);
    CHECK(random_bytes(16) != random_bytes(16));
}

TEST_CASE("ids and tokens have their form and do not repeat") {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto id = random_id(12);
        CHECK(id.substr(0, 3) == "12-");
        CHECK(id.size() == 19);
        CHECK(from_hex(id.substr(3)));
        const auto token = random_token();
        CHECK(token.size() == 43);
        CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              std::string::npos);
        seen.insert(id);
        seen.insert(token);
    }
    CHECK(seen.size() == 200);
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
    CHECK(hex(sha256(as_bytes(""))) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(sha256(as_bytes("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("comparing in constant time is still comparing") {
    CHECK(constant_time_equal(as_bytes("same"), as_bytes("same")));
    CHECK(constant_time_equal(as_bytes(""), as_bytes("")));
    CHECK_FALSE(constant_time_equal(as_bytes("same"), as_bytes("samE")));
    CHECK_FALSE(constant_time_equal(as_bytes("same"), as_bytes("same!")));
}
