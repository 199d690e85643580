#include "rfb-ext/base/words.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("a fingerprint's words are proquints") {
    // 127.0.0.1 and 63.84.220.193, examples of "A Proposal for Proquints" (D. Wilkerson, 2009).
    Sha256 fingerprint{127, 0, 0, 1, 63, 84, 220, 193};
    CHECK(in_words(fingerprint) == "lusab-babad-gutih-tugad-babab-babab-babab-babab");
}

TEST_CASE("every one of the first 128 bits matters, and none after") {
    const Sha256 zero{};
    for (std::size_t bit = 0; bit < 256; ++bit) {
        Sha256 other{};
        other[bit / 8] = static_cast<Byte>(1 << bit % 8);
        CHECK((in_words(other) != in_words(zero)) == (bit < 128));
    }
    const auto text = in_words(zero);
    CHECK(std::count(text.begin(), text.end(), '-') == 7);
}
