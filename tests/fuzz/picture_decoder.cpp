#include "rfb-ext/vnc/picture_decoder.hpp"

#include "rfb-ext/vnc/rects.hpp"
#include "tests/fuzz/require.hpp"

using namespace pronto;

/// First byte: the pixel format. The rest: FramebufferUpdates and colour maps, as a host may send them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const wire::PixelFormat formats[] = {{},
                                         {16, 16, true, true, 31, 63, 31, 11, 5, 0},
                                         {8, 8, false, false, 0, 0, 0, 0, 0, 0},
                                         {32, 32, true, true, 255, 255, 255, 0, 8, 16}};
    vnc::PictureDecoder decoder({64, 48}, formats[data[0] & 3]);
    vnc::MemorySource in(ByteView(data, size).subspan(1));
    try {
        while (!in.rest().empty()) {
            if (in.u8() == wire::server::colour_map) {
                decoder.colour_map(in);
                continue;
            }
            const auto update = decoder.update(in);
            const Size screen = decoder.picture().size;
            require(decoder.picture().pixels.size() ==
                    static_cast<std::size_t>(screen.width) * static_cast<std::size_t>(screen.height));
            for (const Rect& area : update.changed) require(vnc::contains({0, 0, screen.width, screen.height}, area));
            if (std::int64_t{screen.width} * screen.height > 1 << 20) return 0;  // large ones are only slow
        }
    } catch (const vnc::BrokenStream&) {
    }
    return 0;
}
