#include "viewer/ui/trust_question.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a fingerprint is shown in groups of four digits, eight a line, all of it") {
    pronto::Sha256 fingerprint{};
    for (std::size_t i = 0; i < fingerprint.size(); ++i) fingerprint[i] = static_cast<pronto::Byte>(i * 7);
    const auto text = pronto::viewer::hex_in_groups(fingerprint);
    CHECK(text.substr(0, 10) == "0007 0e15 ");
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(std::count_if(text.begin(), text.end(),
                        [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); }) == 64);
}
