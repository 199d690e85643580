#include "rfb-ext/ui/icons.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Image.H>
#include <png.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "rfb-ext/ui/icon_data.hpp"
#include "rfb-ext/ui/shrink.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

/// An icon's coverage, one value 0..255 a pixel.
struct Mask {
    Size size;
    std::vector<std::uint32_t> coverage;
};

Mask decoded(const IconData& data) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&png, data.png.data(), data.png.size()))
        throw std::logic_error("icon " + std::string(data.name) + ": " + png.message);
    png.format = PNG_FORMAT_GA;
    std::vector<png_byte> pixels(PNG_IMAGE_SIZE(png));
    if (!png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr))
        throw std::logic_error("icon " + std::string(data.name) + ": " + png.message);
    Mask mask{{static_cast<int>(png.width), static_cast<int>(png.height)}, {}};
    for (std::size_t i = 1; i < pixels.size(); i += 2) mask.coverage.push_back(pixels[i]);
    return mask;
}

const IconData& data_of(std::string_view name) {
    const auto all = icon_data();
    const auto found = std::find_if(all.begin(), all.end(), [&](const IconData& data) { return data.name == name; });
    if (found == all.end()) throw std::logic_error("there is no icon " + std::string(name));
    return *found;
}

class Icon {
public:
    Icon(std::string_view name, int side, Fl_Color colour) {
        const Mask mask = decoded(data_of(name));
        std::vector<std::uint32_t> coverage(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
        scale_part({mask.coverage.data(), mask.size, mask.size.width}, {side, side}, {0, 0, side, side},
                   coverage.data());
        uchar red = 0, green = 0, blue = 0;
        Fl::get_color(colour, red, green, blue);
        for (const auto value : coverage) pixels_.insert(pixels_.end(), {red, green, blue, static_cast<uchar>(value)});
        image_ = std::make_unique<Fl_RGB_Image>(pixels_.data(), side, side, 4);
    }
    Fl_Image& image() { return *image_; }

private:
    std::vector<uchar> pixels_;
    std::unique_ptr<Fl_RGB_Image> image_;
};

}  // namespace

Fl_Image& icon(std::string_view name, int size, Fl_Color colour) {
    using Key = std::tuple<std::string, int, Fl_Color>;
    // Never destroyed, like every image FLTK keeps on the display.
    static auto& cache = *new std::map<Key, std::unique_ptr<Icon>>;
    auto& found = cache[Key{name, px(size), colour}];
    if (!found) found = std::make_unique<Icon>(name, px(size), colour);
    return found->image();
}

void draw_icon(std::string_view name, const Rect& area, int size, Fl_Color colour) {
    Fl_Image& image = icon(name, size, colour);
    image.draw(area.x + (area.width - image.w()) / 2, area.y + (area.height - image.h()) / 2);
}

}  // namespace pronto::ui
