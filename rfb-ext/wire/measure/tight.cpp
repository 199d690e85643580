#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

/// Tight (community's rfbproto, "Tight Encoding"): a control byte, perhaps a filter and a palette, then data behind a
/// compact length of one to three bytes.
/// Without zlib (compression level 0; TurboVNC's, also LibVNCServer's and libvncclient's) the data have a length too.
class Tight final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms& terms) override {
        area_ = area;
        pixel_ = terms.format.tight_packs() ? 3 : static_cast<std::size_t>(terms.format.bytes_per_pixel());
        step_ = &Tight::control;
        return Want{0, 1};
    }
    Result<Want> look(ByteView seen, Terms&) override { return (this->*step_)(seen[0]); }

private:
    /// Below this many bytes the data are not compressed and have no length.
    static constexpr std::uint64_t least_compressed = 12;
    /// Encoders split wider rectangles, and decoders count on it; only fill and JPEG may be wider.
    static constexpr int widest_basic = 2048;

    Result<Want> control(Byte byte) {
        const unsigned compression = byte >> 4;  // the lower half resets zlib streams
        constexpr unsigned fill = 8, jpeg = 9, no_zlib = 10, no_zlib_filter = 14, explicit_filter = 4;
        plain_ = 0;
        no_zlib_ = compression == no_zlib || compression == no_zlib_filter;
        if (compression == fill) return Want{pixel_, 0};
        if (compression == jpeg) return length_follows(0);
        if ((compression > 7 && !no_zlib_) || area_.width > widest_basic) return WireError::bad_value;
        if (!(compression & explicit_filter)) return data(0, pixels(area_) * pixel_);
        step_ = &Tight::filter;
        return Want{0, 1};
    }

    Result<Want> filter(Byte id) {
        constexpr Byte copy = 0, palette = 1, gradient = 2;
        if (id == copy || id == gradient) return data(0, pixels(area_) * pixel_);
        if (id != palette) return WireError::bad_value;
        step_ = &Tight::palette_size;
        return Want{0, 1};
    }

    Result<Want> palette_size(Byte less_one) {
        const std::size_t colours = std::size_t{less_one} + 1;
        const auto row = static_cast<std::uint64_t>(colours <= 2 ? (area_.width + 7) / 8 : area_.width);
        return data(colours * pixel_, row * static_cast<std::uint64_t>(area_.height));
    }

    /// `before` bytes, then `plain` bytes of pixels, compressed or not.
    Result<Want> data(std::size_t before, std::uint64_t plain) {
        if (plain < least_compressed) return Want{before + plain, 0};
        plain_ = plain;
        return length_follows(before);
    }

    Want length_follows(std::size_t before) {
        length_ = 0;
        shift_ = 0;
        step_ = &Tight::length;
        return {before, 1};
    }

    /// Seven bits, seven bits, eight bits, lowest first: at most 4 MiB by its form.
    Result<Want> length(Byte byte) {
        const bool last = shift_ == 14;
        length_ |= static_cast<std::uint64_t>(last ? byte : byte & 0x7F) << shift_;
        if (!last && (byte & 0x80)) {
            shift_ += 7;
            return Want{0, 1};
        }
        if (length_ == 0 || (no_zlib_ && length_ != plain_)) return WireError::bad_value;
        return Want{length_, 0};
    }

    Rect area_;
    std::size_t pixel_ = 0;
    Result<Want> (Tight::*step_)(Byte) = nullptr;
    bool no_zlib_ = false;
    std::uint64_t plain_ = 0;   ///< bytes of pixels
    std::uint64_t length_ = 0;  ///< as sent, as far as it has come
    unsigned shift_ = 0;
};

}  // namespace

std::unique_ptr<Rectangle> tight() {
    return std::make_unique<Tight>();
}

}  // namespace pronto::wire::measure
