#include "rfb-ext/ui/icons.hpp"

#include <catch2/catch.hpp>

#include <FL/Fl_Image.H>

#include <stdexcept>

#include "rfb-ext/ui/icon_data.hpp"
#include "rfb-ext/ui/theme.hpp"

using namespace pronto::ui;

namespace {

int coverage(Fl_Image& image) {
    int sum = 0;
    const char* pixels = image.data()[0];
    for (int i = 0; i < image.w() * image.h(); ++i) sum += static_cast<unsigned char>(pixels[i * 4 + 3]);
    return sum / (image.w() * image.h());
}

}  // namespace

TEST_CASE("every icon that was rendered can be drawn at the scale in force") {
    REQUIRE(icon_data().size() > 30);
    for (const double scale : {1.0, 2.0}) {
        set_scale(scale);
        for (const auto& data : icon_data()) {
            CAPTURE(data.name);
            Fl_Image& image = icon(data.name, 16, colour::accent);
            REQUIRE(image.w() == 16 * scale);
            CHECK(coverage(image) > 8);    // something is there
            CHECK(coverage(image) < 160);  // and it is line art, not a block
        }
    }
    set_scale(1);
}

TEST_CASE("an icon has the colour that was asked for") {
    Fl_Image& image = icon("monitor", 24, colour::rgb(0x2563EB));
    const auto* pixel = reinterpret_cast<const unsigned char*>(image.data()[0]);
    CHECK(pixel[0] == 0x25);
    CHECK(pixel[1] == 0x63);
    CHECK(pixel[2] == 0xEB);
    CHECK(&icon("monitor", 24, colour::rgb(0x2563EB)) == &image);
}

TEST_CASE("an icon that is not in the set is a programmer's mistake") {
    CHECK_THROWS_AS(icon("no-such-icon", 16, colour::text), std::logic_error);
}
