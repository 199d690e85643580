#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "rfb-ext/wire/server_stream.hpp"

namespace pronto::wire::test {

/// What a ServerStream said about some bytes, whatever the runs they came in.
struct Walked {
    struct End {
        std::size_t at;
        int type;
        bool operator==(const End&) const = default;
    };
    std::vector<std::size_t> begins;
    std::vector<End> ends;
    std::size_t passed = 0;
    std::optional<ErrorCode> error;
    Size screen;
};

/// Feeds `bytes` in runs of the lengths `run(passed)` says.
inline Walked walk(ServerStream& stream, ByteView bytes, const std::function<std::size_t(std::size_t)>& run) {
    Walked walked;
    while (walked.passed < bytes.size() && !walked.error) {
        auto more = bytes.subspan(walked.passed);
        more = more.first(std::min(more.size(), std::max<std::size_t>(run(walked.passed), 1)));
        const auto piece = stream.next(more);
        if (!piece) {
            walked.error = piece.error();
            break;
        }
        if (piece->size < 1 || piece->size > more.size()) throw std::logic_error("a piece that was not given");
        if (!piece->ends && piece->size != more.size()) throw std::logic_error("a piece that ends for nothing");
        if (piece->begins) walked.begins.push_back(walked.passed);
        walked.passed += piece->size;
        if (piece->ends) walked.ends.push_back({walked.passed, piece->type});
    }
    walked.screen = stream.screen();
    return walked;
}

inline Walked walk_whole(ServerStream stream, ByteView bytes) {
    return walk(stream, bytes, [&](std::size_t) { return bytes.size(); });
}
inline Walked walk_runs(ServerStream stream, ByteView bytes, std::size_t run) {
    return walk(stream, bytes, [=](std::size_t) { return run; });
}
/// In two runs, the first of `cut` bytes.
inline Walked walk_cut(ServerStream stream, ByteView bytes, std::size_t cut) {
    return walk(stream, bytes, [&](std::size_t passed) { return passed < cut ? cut - passed : bytes.size(); });
}

}  // namespace pronto::wire::test
