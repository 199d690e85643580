#pragma once

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

/// An encoding whose length follows from the rectangle's header: `length` says it, in bytes.
template <Result<std::uint64_t> (*length)(const Rect&, Terms&)>
class ByHeader final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms& terms) override {
        const auto bytes = length(area, terms);
        if (!bytes) return bytes.error();
        return Want{*bytes, 0};
    }
    Result<Want> look(ByteView, Terms&) override { return WireError::bad_value; }  // never asks for one
};

}  // namespace pronto::wire::measure
