#include "rfb-ext/base/digest.hpp"

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("a digest does not care in which pieces its data came") {
    const std::string text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Digest digest;
        digest.add(as_bytes(std::string_view(text).substr(0, cut)));
        digest.add(as_bytes(std::string_view(text).substr(cut)));
        CHECK(digest.finish() == sha256(as_bytes(text)));
    }
    CHECK(Digest().finish() == sha256({}));
}
