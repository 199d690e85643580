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
    /// A message of so many rectangles begins; 0xFFFF ends at LastRect.
    void begin(unsigned rectangles);
    /// Right behind the message's head, or where the last answer's skip led to.
    Want look(ByteView seen);

private:
    struct Entry {
        Kind kind;
        bool asked;
    };
    Entry* find(std::int32_t encoding);
    WireError begin_rectangle(ByteView header);

    Terms& terms_;
    std::vector<Entry> entries_;
    unsigned left_ = 0;          ///< rectangles that have not ended yet
    Measure measure_ = nullptr;  ///< of the one under way; none: a header comes next
    Subject subject_;
};

}  // namespace pronto::wire::measure
