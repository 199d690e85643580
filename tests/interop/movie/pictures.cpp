#include "tests/interop/movie/pictures.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

namespace pronto::interop {

void write_ppm(const vnc::Picture& picture, const std::filesystem::path& path) {
    std::string out =
        "P6\n" + std::to_string(picture.size.width) + " " + std::to_string(picture.size.height) + "\n255\n";
    out.reserve(out.size() + 3 * picture.pixels.size());
    for (const auto pixel : picture.pixels)
        for (const int shift : {16, 8, 0}) out.push_back(static_cast<char>(pixel >> shift & 255));
    std::ofstream file(path, std::ios::binary);
    file.write(out.data(), static_cast<std::streamsize>(out.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace pronto::interop
