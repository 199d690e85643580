#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/control/ticket.hpp"
#include "tests/fuzz/require.hpp"

using namespace pronto;
using namespace pronto::control;

/// What is taken for a message fits into one again, and means the same then.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text({data, size});
    if (const auto envelope = decode(text)) {
        const auto again = encode(*envelope);
        require(again.size() <= longest_message_bytes);
        require(decode(again).value() == *envelope);
    }
    if (const auto ticket = parse_ticket(text)) require(parse_ticket(to_text(*ticket)) == ticket);
    return 0;
}
