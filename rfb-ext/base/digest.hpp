#pragma once

#include <memory>

#include "rfb-ext/base/random.hpp"

namespace pronto {

/// SHA-256 of what comes piece by piece. Throws std::runtime_error if OpenSSL has none.
class Digest {
public:
    Digest();
    ~Digest();
    void add(ByteView data);
    /// Of everything that was added; afterwards it is of no use.
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pronto
