#include "rfb-ext/vnc/picture_png.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <png.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/vnc/byte_source.hpp"

namespace pronto::vnc {

namespace {

/// 0x00RRGGBB in little-endian memory is B, G, R, unused.
constexpr png_uint_32 memory_format = PNG_FORMAT_BGRA;
constexpr std::size_t largest_file_bytes = 256U << 20;

/// libpng's simplified interface keeps its own memory until it is freed.
struct Image : png_image {
    Image() : png_image{} { version = PNG_IMAGE_VERSION; }
    ~Image() { png_image_free(this); }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;
};

[[noreturn]] void fail(const char* doing, const std::filesystem::path& path, const Image& image) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, path.string(), image.message));
}

std::vector<std::uint8_t> rgb_bytes(const Picture& picture) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(picture.pixels.size() * 3);
    for (const std::uint32_t pixel : picture.pixels)
        for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(pixel >> shift));
    return bytes;
}

}  // namespace

std::string encode_png(const Picture& picture) {
    if (picture.pixels.empty()) throw std::runtime_error("the picture is empty");
    Image image;
    image.width = static_cast<png_uint_32>(picture.size.width);
    image.height = static_cast<png_uint_32>(picture.size.height);
    image.format = PNG_FORMAT_RGB;
    image.flags = PNG_IMAGE_FLAG_FAST;
    const auto pixels = rgb_bytes(picture);
    png_alloc_size_t size = 0;
    const auto write = [&](void* to) {
        return png_image_write_to_memory(&image, to, &size, 0, pixels.data(), 0, nullptr);
    };
    std::string file;
    if (write(nullptr)) file.resize(size);
    if (file.empty() || !write(file.data())) throw std::runtime_error(image.message);
    file.resize(size);
    return file;
}

void write_png(const Picture& picture, const std::filesystem::path& path) {
    std::string file;
    try {
        file = encode_png(picture);
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), problem.what()));
    }
    write_file_atomically(path, file);
}

Picture read_png(const std::filesystem::path& path) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path, none);
    const std::string file = read_file(path, none ? 0 : std::min<std::uintmax_t>(size, largest_file_bytes));
    Image image;
    if (!png_image_begin_read_from_memory(&image, file.data(), file.size())) fail("read", path, image);
    if (image.width > static_cast<png_uint_32>(longest_side) || image.height > static_cast<png_uint_32>(longest_side) ||
        std::int64_t{image.width} * image.height > most_pixels)
        throw std::runtime_error(fmt::format("cannot read {}: it is too large", path.string()));
    image.format = memory_format;
    Picture picture{{static_cast<int>(image.width), static_cast<int>(image.height)}, {}};
    picture.pixels.resize(static_cast<std::size_t>(image.width) * image.height);
    if (!png_image_finish_read(&image, nullptr, picture.pixels.data(), 0, nullptr)) fail("read", path, image);
    for (std::uint32_t& pixel : picture.pixels) pixel &= 0xFFFFFF;
    return picture;
}

void decode_png(ByteView png, Picture& picture, const Rect& area) {
    Image image;
    if (!png_image_begin_read_from_memory(&image, png.data(), png.size()))
        throw BrokenStream(fmt::format("a Tight PNG rectangle cannot be read: {}", image.message));
    if (image.width != static_cast<png_uint_32>(area.width) || image.height != static_cast<png_uint_32>(area.height))
        throw BrokenStream("a Tight PNG rectangle has another size than its PNG");
    image.format = memory_format;
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(image.width) * image.height);
    if (!png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr))
        throw BrokenStream(fmt::format("a Tight PNG rectangle cannot be read: {}", image.message));
    for (int y = 0; y < area.height; ++y)
        std::transform(&pixels[static_cast<std::size_t>(y * area.width)],
                       &pixels[static_cast<std::size_t>(y * area.width)] + area.width, picture.row(area.y + y) + area.x,
                       [](std::uint32_t pixel) { return pixel & 0xFFFFFF; });
}

}  // namespace pronto::vnc
