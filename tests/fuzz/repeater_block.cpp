#include "rfb-ext/wire/repeater_block.hpp"

#include <algorithm>

#include "tests/fuzz/require.hpp"

namespace {

using pronto::wire::RepeaterHost;
using pronto::wire::RepeaterId;

std::string written(const RepeaterId& id) {
    return "ID:" + id.id + ";" + id.secret;
}
std::string written(const RepeaterHost& host) {
    return "[" + host.host + "]::" + std::to_string(host.port);
}

}  // namespace

/// The text of a block. What was read from it, written in full, reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pronto::Bytes block(data, data + std::min(size, pronto::wire::repeater_block_bytes));
    block.resize(pronto::wire::repeater_block_bytes);
    const auto read = pronto::wire::read_repeater_block(block);
    if (!read) return 0;
    const auto text = std::visit([](const auto& target) { return written(target); }, *read);
    if (text.size() >= pronto::wire::repeater_block_bytes) return 0;
    require(pronto::wire::read_repeater_block(pronto::wire::write_repeater_block(text)).value() == *read);
    return 0;
}
