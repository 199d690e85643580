#include "rfb-ext/fbs/encoded_picture.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>

using namespace pronto;

namespace {

vnc::Picture filled(Size size, std::uint32_t colour) {
    return {size, std::vector<std::uint32_t>(static_cast<std::size_t>(size.width * size.height), colour)};
}

}  // namespace

TEST_CASE("only blocks that differ are new, and only once") {
    fbs::EncodedPicture encoded;
    auto picture = filled({70, 40}, 0x102030);
    const Rect all{0, 0, 70, 40};
    CHECK(encoded.take(picture, {}) == std::vector<Rect>{all});
    CHECK(encoded.take(picture, all).empty());
    picture.row(17)[33] = 1;
    picture.row(31)[50] = 2;
    picture.row(39)[69] = 3;  // in the block that is 6 x 8
    CHECK(encoded.take(picture, all) == std::vector<Rect>{{32, 16, 32, 16}, {64, 32, 6, 8}});
    CHECK(encoded.take(picture, all).empty());
    picture.row(0)[0] = 4;
    picture.row(0)[40] = 5;
    CHECK(encoded.take(picture, {}).empty());
    CHECK(encoded.take(picture, {0, 0, 1, 1}) == std::vector<Rect>{{0, 0, 16, 16}});
    CHECK(encoded.take(picture, {39, 0, 2, 1}) == std::vector<Rect>{{32, 0, 16, 16}});
    const auto smaller = filled({20, 10}, 0);
    CHECK(encoded.take(smaller, {0, 0, 1, 1}) == std::vector<Rect>{{0, 0, 20, 10}});
}

TEST_CASE("planes hold BT.601 in its narrow range, colours are the mean of four pixels") {
    std::uint8_t luma[16 * 16] = {}, blue[8 * 8] = {}, red[8 * 8] = {};
    const fbs::Planes planes{{luma, blue, red}, {16, 8, 8}};
    struct Known {
        std::uint32_t rgb;
        int y, u, v;
    };
    for (const auto& [rgb, y, u, v] :
         {Known{0x000000, 16, 128, 128}, Known{0xFFFFFF, 235, 128, 128}, Known{0xFF0000, 82, 90, 240},
          Known{0x00FF00, 145, 54, 34}, Known{0x0000FF, 41, 240, 110}, Known{0x808080, 126, 128, 128}}) {
        fbs::to_planes(filled({8, 8}, rgb), {2, 4, 6, 4}, planes, {4, 2});
        INFO(rgb);
        CHECK(std::abs(luma[6 * 16 + 6] - y) <= 1);
        CHECK(std::abs(luma[9 * 16 + 11] - y) <= 1);
        CHECK(std::abs(blue[3 * 8 + 3] - u) <= 1);
        CHECK(std::abs(red[4 * 8 + 5] - v) <= 1);
    }
    for (const int untouched : {5 * 16 + 6, 10 * 16 + 6, 6 * 16 + 5, 6 * 16 + 12}) CHECK(luma[untouched] == 0);
    auto mixed = filled({2, 2}, 0);
    mixed.row(1)[1] = 0xFFFFFF;
    mixed.row(0)[1] = 0x0000FF;
    fbs::to_planes(mixed, {0, 0, 2, 2}, planes, {0, 0});
    CHECK(luma[0] == 16);
    CHECK(luma[17] == 235);
    CHECK(std::abs(blue[0] - (128 + 112 / 4)) <= 1);
}
