#include <catch2/catch.hpp>

#include "rfb-ext/control/resume_key.hpp"

using namespace pronto;
using namespace pronto::control;

TEST_CASE("whoever has the key can prove it, for this token only") {
    const auto key = ResumeKey::make();
    const auto proof = key.prove("token-1");
    CHECK(proof.size() == 128);
    CHECK(proves(key.public_text(), "token-1", proof));
    CHECK_FALSE(proves(key.public_text(), "token-2", proof));
    CHECK_FALSE(proves(ResumeKey::make().public_text(), "token-1", proof));
}

TEST_CASE("a kept key is the same key") {
    const auto key = ResumeKey::make();
    const auto again = ResumeKey::from(key.secret());
    REQUIRE(again);
    CHECK(again->public_text() == key.public_text());
    CHECK(proves(key.public_text(), "t", again->prove("t")));
    CHECK_FALSE(ResumeKey::from(Secret("no key")));
    CHECK_FALSE(ResumeKey::from(Secret()));
}

TEST_CASE("what is no key and no proof proves nothing") {
    const auto key = ResumeKey::make();
    const auto proof = key.prove("t");
    CHECK(is_resume_key(key.public_text()));
    for (std::size_t n = 0; n < 64; ++n) CHECK_FALSE(is_resume_key(key.public_text().substr(0, n)));
    for (std::size_t n = 0; n < 128; ++n) CHECK_FALSE(proves(key.public_text(), "t", proof.substr(0, n)));
    CHECK_FALSE(proves("", "t", proof));
    CHECK_FALSE(proves(key.public_text(), "t", std::string(128, '0')));
    CHECK_FALSE(proves(std::string(64, 'z'), "t", proof));
}
