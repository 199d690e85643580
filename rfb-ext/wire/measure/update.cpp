#include "rfb-ext/wire/measure/update.hpp"

#include <algorithm>

namespace pronto::wire::measure {

namespace {
constexpr std::size_t header_bytes = 12;
}

Update::Update(Terms& terms) : terms_(terms) {
    for (const auto& kind : kinds()) entries_.push_back({kind, kind.always});
}

Update::Entry* Update::find(std::int32_t encoding) {
    for (auto& entry : entries_)
        if (entry.kind.encoding == encoding) return &entry;
    return nullptr;
}

void Update::ask(std::int32_t encoding) {
    if (auto* entry = find(encoding)) entry->asked = true;
}

void Update::begin(unsigned rectangles) {
    measure_ = nullptr;
    left_ = rectangles;
}

/// Takes as many rectangles as are there in one go.
Want Update::look(ByteView seen) {
    std::uint64_t at = 0;
    while (left_ > 0) {
        const auto rest = seen.subspan(std::min<std::uint64_t>(at, seen.size()));
        if (!measure_) {
            if (rest.size() < header_bytes) return {at, header_bytes};
            const auto error = begin_rectangle(rest);
            if (error != WireError{}) return error;
            at += header_bytes;
            continue;
        }
        const auto want = measure_(subject_, terms_, rest);
        if (want.refused()) return want;
        at += want.skip;
        if (want.look > 0) return {at, want.look};
        measure_ = nullptr;
        --left_;
    }
    return ends_after(at);
}

WireError Update::begin_rectangle(ByteView header) {
    subject_ = {{load_u16(&header[0]), load_u16(&header[2]), load_u16(&header[4]), load_u16(&header[6])}};
    const auto encoding = static_cast<std::int32_t>(load_u32(&header[8]));
    const auto* entry = find(encoding);
    if (!entry || !entry->asked) return WireError::unasked_encoding;
    if (!entry->kind.pseudo) {
        if (!lies_in(subject_.area, terms_.screen)) return WireError::outside_screen;
        if (pixels(subject_.area) > static_cast<std::uint64_t>(terms_.limits.most_pixels)) return WireError::oversized;
    }
    if (encoding == encoding::last_rect) left_ = 1;
    measure_ = entry->kind.measure;
    return {};
}

}  // namespace pronto::wire::measure
