#include "rfb-ext/wire/client_stream.hpp"

#include "tests/fuzz/require.hpp"

using namespace pronto;
using namespace pronto::wire;

namespace {

/// Everything that comes out when the bytes come in runs, and whether it ended in an error.
std::pair<Bytes, bool> taken(ByteView bytes, std::size_t run) {
    ClientStream stream;
    Bytes out;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(run, bytes.size()))) {
        stream.feed(bytes.first(std::min(run, bytes.size())));
        while (true) {
            const auto message = stream.next();
            if (!message) return {out, true};
            if (!*message) break;
            read_set_pixel_format((*message)->bytes).has_value();
            require(measurable(read_set_encodings((*message)->bytes)).size() <= 1024);
            append(out, (*message)->bytes);
        }
    }
    return {out, false};
}

}  // namespace

/// First byte: how the rest is cut. What comes out is a prefix of what went in, and the same however it is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto bytes = ByteView(data, size).subspan(1);
    const auto whole = taken(bytes, size);
    require(std::equal(whole.first.begin(), whole.first.end(), bytes.begin()));
    require(taken(bytes, 1) == whole && taken(bytes, std::size_t{data[0]} + 1) == whole);
    return 0;
}
