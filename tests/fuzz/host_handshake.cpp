#include "tests/fuzz/handshakes.hpp"

/// First byte: how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    same_however_cut(pronto::wire::HostHandshake(), pronto::ByteView(data, size).subspan(1), std::size_t{data[0]} + 1);
    return 0;
}
