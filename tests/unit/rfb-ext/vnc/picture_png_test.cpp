#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rfb-ext/vnc/picture_png.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

using namespace pronto;

TEST_CASE("a picture is read from its PNG exactly as it was written; what is no PNG is refused") {
    std::string name = "/tmp/pronto-png-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name.data());
    const auto path = folder / "picture.png";
    const vnc::Picture picture = test::varied({123, 45}, 1);
    vnc::write_png(picture, path);
    const vnc::Picture read = vnc::read_png(path);
    CHECK(read.size == picture.size);
    CHECK(read.pixels == picture.pixels);

    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, size / 2);
    CHECK_THROWS_WITH(vnc::read_png(path), Catch::Contains("picture.png"));
    std::ofstream(path) << "no picture";
    CHECK_THROWS_WITH(vnc::read_png(path), Catch::Contains("picture.png"));
    CHECK_THROWS_WITH(vnc::read_png(folder / "none.png"), Catch::Contains("none.png"));
    CHECK_THROWS(vnc::write_png({}, path));
    CHECK_THROWS(vnc::write_png(picture, folder / "missing" / "picture.png"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // nothing half-written left
    std::filesystem::remove_all(folder);
}
