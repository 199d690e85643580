#include "rfb-ext/tunnel/hub_answer.hpp"
#include "tests/fuzz/require.hpp"

using namespace pronto;
using namespace pronto::tunnel;

/// What a server that may be no hub answers to a log-in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = as_text({data, size});
    if (const auto token = token_in(body)) {
        require(!token->text().empty());
        require(token->text().find_first_of(" \r\n") == std::string::npos);
    }
    const LinkFailure failure = failure_in({{"hub.example", 443}, "logging in", Millis(1)}, 401, body);
    require(!failure.error.message.empty());
    require(failure.error.message.find('\x1b') == std::string::npos);
    if (const auto range = content_range_in(body)) {
        require(range->bytes > 0 && range->bytes <= range->size);
        require(range->first <= range->size - range->bytes);
    }
    return 0;
}
