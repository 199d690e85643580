#include <optional>

#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/reader.hpp"
#include "tests/fuzz/require.hpp"

using namespace pronto;

namespace {

struct Seen {
    std::vector<fbs::Message> messages;
    ErrorCode error;
    std::size_t unfinished = 0;
};

Seen read(ByteView file, std::size_t run, std::optional<wire::ServerInit>& init) {
    fbs::MovieReader reader;
    Seen seen;
    for (;;) {
        const auto message = reader.next();
        if (!message) {
            seen.error = message.error();
            break;
        }
        if (*message) {
            seen.messages.push_back(**message);
        } else if (file.empty()) {
            break;
        } else {
            const auto count = std::min(run, file.size());
            reader.feed(file.first(count));
            file = file.subspan(count);
        }
    }
    seen.unfinished = reader.unfinished();
    init = reader.init();
    return seen;
}

}  // namespace

/// First byte: how the file is cut. Its messages are the same however it is cut, and what has been measured as one
/// message is drawn to its last byte or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const ByteView file = ByteView(data, size).subspan(1);
    std::optional<wire::ServerInit> init;
    const Seen cut = read(file, std::size_t{data[0]} + 1, init);
    const Seen whole = read(file, size, init);
    require(cut.messages.size() == whole.messages.size() && cut.error == whole.error);
    if (!whole.error) require(cut.unfinished == whole.unfinished);
    if (!init || std::int64_t{init->size.width} * init->size.height > 1 << 16) return 0;  // large ones are only slow
    fbs::MovieDecoder decoder(*init);
    for (const auto& message : whole.messages) {
        if (decoder.draw(message)) continue;
        require(decoder.why() != "a message is longer than what it draws");
        require(decoder.why() != "the stream ends within a message");
        break;
    }
    return 0;
}
