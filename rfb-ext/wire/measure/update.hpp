#pragma once

#include <vector>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

/// Measures FramebufferUpdate messages (RFC 6143 section 7.6.1) rectangle by rectangle.
class Update {
public:
    explicit Update(Terms& terms);

    /// Rectangles of that encoding may come from now on. Unknown encodings never may.
    void ask(std::int32_t encoding);
    /// Behind the message's count of rectangles; 0xFFFF ends at LastRect.
    Want begin(unsigned rectangles);
    Result<Want> look(ByteView seen);

private:
    struct Entry {
        Kind kind;
        bool asked;
        std::unique_ptr<Rectangle> rectangle;
    };
    Entry* find(std::int32_t encoding);
    Result<Want> header(ByteView seen);
    Want after_rectangle(std::uint64_t skip);

    Terms& terms_;
    std::vector<Entry> entries_;
    unsigned left_ = 0;         ///< rectangles that have not ended yet
    Entry* current_ = nullptr;  ///< the one being measured, or a header comes next
};

}  // namespace pronto::wire::measure
