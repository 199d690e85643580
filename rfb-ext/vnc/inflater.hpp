#pragma once

#include <memory>

#include "rfb-ext/vnc/byte_source.hpp"

namespace pronto::vnc {

/// One zlib stream of a connection, which lives as long as the connection. Each rectangle's compressed bytes are given
/// to it and then read out again, as far as the rectangle needs; nothing is inflated that nobody reads.
class Inflater final : public ByteSource {
public:
    Inflater();
    ~Inflater() override;

    /// A rectangle's compressed bytes.
    void give(Bytes compressed);
    /// Throws BrokenStream if less comes out, or if the bytes are damaged.
    void read(Byte* to, std::size_t count) override;
    /// The rectangle is drawn: throws BrokenStream unless all that was given has been used up and nothing more comes
    /// out.
    void finish();

private:
    struct State;
    /// Inflates to there until it is full or nothing more comes; returns how much came.
    std::size_t inflate(Byte* to, std::size_t count);

    std::unique_ptr<State> state_;
};

}  // namespace pronto::vnc
