#include "rfb-ext/wire/measure/update.hpp"

#include <algorithm>

namespace pronto::wire::measure {

namespace {
constexpr std::size_t rectangle_header_bytes = 12;
}

Update::Update(Terms& terms) : terms_(terms) {
    for (const auto& kind : kinds()) entries_.push_back({kind, kind.always, kind.make()});
}

Update::Entry* Update::find(std::int32_t encoding) {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [=](const Entry& e) { return e.kind.encoding == encoding; });
    return found == entries_.end() ? nullptr : &*found;
}

void Update::ask(std::int32_t encoding) {
    if (auto* entry = find(encoding)) entry->asked = true;
}

Want Update::begin(unsigned rectangles) {
    current_ = nullptr;
    left_ = rectangles;
    return {0, left_ > 0 ? rectangle_header_bytes : 0};
}

Result<Want> Update::look(ByteView seen) {
    const auto want = current_ ? current_->rectangle->look(seen, terms_) : header(seen);
    if (!want || want->look > 0) return want;
    return after_rectangle(want->skip);
}

Result<Want> Update::header(ByteView seen) {
    const Rect area{load_u16(&seen[0]), load_u16(&seen[2]), load_u16(&seen[4]), load_u16(&seen[6])};
    const auto encoding = static_cast<std::int32_t>(load_u32(&seen[8]));
    current_ = find(encoding);
    if (!current_ || !current_->asked) return WireError::unasked_encoding;
    if (!current_->kind.pseudo) {
        if (!lies_in(area, terms_.screen)) return WireError::outside_screen;
        if (pixels(area) > static_cast<std::uint64_t>(terms_.limits.most_pixels)) return WireError::oversized;
    }
    if (encoding == encoding::last_rect) left_ = 1;
    return current_->rectangle->begin(area, terms_);
}

Want Update::after_rectangle(std::uint64_t skip) {
    current_ = nullptr;
    --left_;
    return {skip, left_ > 0 ? rectangle_header_bytes : 0};
}

}  // namespace pronto::wire::measure
