#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::vnc {

/// Why a stream of server messages cannot be drawn, in words. Stays within the decoders: their users turn it into the
/// reason they report.
class BrokenStream : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where a decoder reads from. A read that cannot be satisfied throws BrokenStream.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual void read(Byte* to, std::size_t count) = 0;

    unsigned u8() {
        Byte byte;
        read(&byte, 1);
        return byte;
    }
    unsigned u16() {
        Byte bytes[2];
        read(bytes, 2);
        return load_u16(bytes);
    }
    std::uint32_t u32() {
        Byte bytes[4];
        read(bytes, 4);
        return load_u32(bytes);
    }
    void skip(std::size_t count) {
        Byte bytes[256];
        for (; count > 0; count -= std::min(count, sizeof bytes)) read(bytes, std::min(count, sizeof bytes));
    }
};

/// Reads from memory, which must outlive it.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(ByteView bytes) : rest_(bytes) {}
    void read(Byte* to, std::size_t count) override {
        if (count > rest_.size()) throw BrokenStream("the stream ends within a message");
        std::copy_n(rest_.data(), count, to);
        rest_ = rest_.subspan(count);
    }
    ByteView rest() const { return rest_; }

private:
    ByteView rest_;
};

}  // namespace pronto::vnc
