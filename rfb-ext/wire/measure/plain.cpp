#include "rfb-ext/wire/measure/by_header.hpp"

namespace pronto::wire::measure {

namespace {

Result<std::uint64_t> raw_length(const Rect& area, Terms& terms) {
    return pixels(area) * static_cast<std::uint64_t>(terms.format.bytes_per_pixel());
}

Result<std::uint64_t> nothing(const Rect&, Terms&) {
    return std::uint64_t{0};
}
Result<std::uint64_t> one_byte(const Rect&, Terms&) {
    return std::uint64_t{1};
}

/// RFC 6143 section 7.7.2. The source has to lie in the screen too.
class CopyRect final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms&) override {
        area_ = area;
        return Want{0, 4};
    }
    Result<Want> look(ByteView seen, Terms& terms) override {
        const Rect source{load_u16(&seen[0]), load_u16(&seen[2]), area_.width, area_.height};
        if (!lies_in(source, terms.screen)) return WireError::outside_screen;
        return Want{};
    }

private:
    Rect area_;
};

}  // namespace

std::unique_ptr<Rectangle> raw() {
    return std::make_unique<ByHeader<raw_length>>();
}
std::unique_ptr<Rectangle> copy_rect() {
    return std::make_unique<CopyRect>();
}
std::unique_ptr<Rectangle> header_only() {
    return std::make_unique<ByHeader<nothing>>();
}
std::unique_ptr<Rectangle> led_state() {
    return std::make_unique<ByHeader<one_byte>>();
}

}  // namespace pronto::wire::measure
