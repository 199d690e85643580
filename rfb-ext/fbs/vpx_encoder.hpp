#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/fbs/encoded_picture.hpp"

namespace pronto::fbs {

/// VP9 at the speed of live video, told where a picture differs from the one before: the rest of it costs next to
/// nothing, which is most of a screen most of the time. libav has no such setting, so this speaks with libvpx itself.
/// Everything throws std::runtime_error with its reason.
class VpxEncoder {
public:
    explicit VpxEncoder(Size size);
    ~VpxEncoder();
    VpxEncoder(const VpxEncoder&) = delete;
    VpxEncoder& operator=(const VpxEncoder&) = delete;

    /// The packet of a picture, until the next call; never empty. Only `changed`, areas that lie in it, may differ from
    /// the picture before; of a key picture everything. The first one has to be one. `at_ms` grows.
    ByteView encode(const Planes& planes, const std::vector<Rect>& changed, bool key, std::int64_t at_ms);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pronto::fbs
