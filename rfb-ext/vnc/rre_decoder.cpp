#include "rfb-ext/vnc/rre_decoder.hpp"

#include "rfb-ext/vnc/rects.hpp"

namespace pronto::vnc {

namespace {

/// How many subrectangles there may be: none is without a pixel, and no encoder sends two for one.
std::uint32_t read_count(ByteSource& in, const Rect& area) {
    const std::uint32_t count = in.u32();
    if (count > std::int64_t{area.width} * area.height)
        throw BrokenStream("an RRE rectangle has more parts than pixels");
    return count;
}

template <class ReadPlace>
void decode(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, ReadPlace read_place) {
    const std::uint32_t count = read_count(in, area);
    fill_area(picture, area, read_pixel(in, pixels));
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t colour = read_pixel(in, pixels);
        const Rect part = read_place();
        if (part.empty()) continue;
        if (!contains({0, 0, area.width, area.height}, part))
            throw BrokenStream("an RRE subrectangle lies outside its rectangle");
        fill_area(picture, {area.x + part.x, area.y + part.y, part.width, part.height}, colour);
    }
}

}  // namespace

void decode_rre(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area) {
    decode(in, pixels, picture, area, [&] {
        Rect part;
        for (int* side : {&part.x, &part.y, &part.width, &part.height}) *side = static_cast<int>(in.u16());
        return part;
    });
}

void decode_corre(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area) {
    decode(in, pixels, picture, area, [&] {
        Rect part;
        for (int* side : {&part.x, &part.y, &part.width, &part.height}) *side = static_cast<int>(in.u8());
        return part;
    });
}

}  // namespace pronto::vnc
