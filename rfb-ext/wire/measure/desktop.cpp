#include "rfb-ext/wire/measure/by_header.hpp"

namespace pronto::wire::measure {

namespace {

Result<std::uint64_t> resize(const Rect& area, Terms& terms) {
    const Size size{area.width, area.height};
    if (!terms.limits.allow(size)) return WireError::oversized;
    terms.screen = size;
    return std::uint64_t{0};
}

/// x says who asked for the change, y whether it was done; then the screens, 16 bytes each (community's rfbproto,
/// "ExtendedDesktopSize Pseudo-Encoding").
class ExtendedDesktopSize final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms& terms) override {
        const bool refused = area.x == asked_by_this_viewer && area.y != 0;
        if (!refused) {
            const auto done = resize(area, terms);
            if (!done) return done.error();
        }
        return Want{0, 4};
    }
    Result<Want> look(ByteView seen, Terms& terms) override {
        const std::size_t screens = seen[0];
        if (screens > terms.limits.most_screens) return WireError::oversized;
        return Want{screens * 16, 0};
    }

private:
    static constexpr int asked_by_this_viewer = 1;
};

class DesktopName final : public Rectangle {
public:
    Result<Want> begin(const Rect&, Terms&) override { return Want{0, 4}; }
    Result<Want> look(ByteView seen, Terms& terms) override {
        const std::size_t length = load_u32(seen.data());
        if (length > terms.limits.name_bytes) return WireError::oversized;
        return Want{length, 0};
    }
};

}  // namespace

std::unique_ptr<Rectangle> desktop_size() {
    return std::make_unique<ByHeader<resize>>();
}
std::unique_ptr<Rectangle> extended_desktop_size() {
    return std::make_unique<ExtendedDesktopSize>();
}
std::unique_ptr<Rectangle> desktop_name() {
    return std::make_unique<DesktopName>();
}

}  // namespace pronto::wire::measure
