#include "rfb-ext/wire/server_stream.hpp"

#include "tests/fuzz/require.hpp"
#include "tests/unit/rfb-ext/wire/builders.hpp"
#include "tests/unit/rfb-ext/wire/walk.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

/// First byte: the pixel format and whether everything was asked for. Second: how the rest is cut. Messages end at the
/// same bytes however they are cut, and an error comes at the same message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const PixelFormat formats[] = {
        PixelFormat{}, sixteen_bits(), colour_mapped(), {32, 32, true, true, 255, 255, 255, 0, 8, 16}};
    auto init = screen_of(64, 48);
    init.format = formats[data[0] & 3];
    const auto walked = [&](std::size_t run) {
        ServerStream stream(init);
        if (data[0] & 4) stream.asked_for(all_encodings());
        return walk_runs(std::move(stream), ByteView(data, size).subspan(2), run);
    };
    const auto whole = walked(size);
    for (const std::size_t run : {std::size_t{1}, std::size_t{data[1]} + 1}) {
        const auto cut = walked(run);
        require(cut.ends == whole.ends && cut.error == whole.error && cut.screen == whole.screen);
    }
    return 0;
}
