#include "rfb-ext/vnc/tight_encoder.hpp"

#include <algorithm>
#include <new>
#include <unordered_map>
#include <utility>

#include <zlib.h>

#include "rfb-ext/wire/types.hpp"

namespace pronto::vnc {

namespace {

constexpr int widest = 2048;
constexpr int most_pixels_in_one = 65'536;
constexpr std::size_t least_compressed = 12;
constexpr unsigned plain_stream = 0, bits_stream = 1, palette_stream = 2;
constexpr unsigned explicit_filter = 4, fill = 8;
constexpr Byte palette_filter = 1;
constexpr std::size_t most_colours = 256;

void append_header(Bytes& to, const Rect& area) {
    for (const int value : {area.x, area.y, area.width, area.height}) append_u16(to, static_cast<unsigned>(value));
    append_u32(to, static_cast<std::uint32_t>(wire::encoding::tight));
}

void append_pixel(Bytes& to, std::uint32_t pixel) {
    for (const int shift : {16, 8, 0}) to.push_back(static_cast<Byte>(pixel >> shift));
}

/// The colours of an area in the order they come, at most 256; more: none.
class Palette {
public:
    Palette(const Picture& picture, const Rect& area) {
        std::uint32_t last = 0;
        for (int y = area.y; y < area.y + area.height; ++y) {
            const std::uint32_t* row = picture.row(y) + area.x;
            for (int x = 0; x < area.width; ++x) {
                if (!colours.empty() && row[x] == last) continue;
                last = row[x];
                if (!index_.emplace(last, colours.size()).second) continue;
                if (colours.size() == most_colours) {
                    colours.clear();
                    return;
                }
                colours.push_back(last);
            }
        }
    }
    unsigned index(std::uint32_t colour) const { return static_cast<unsigned>(index_.at(colour)); }

    std::vector<std::uint32_t> colours;

private:
    std::unordered_map<std::uint32_t, std::size_t> index_;
};

Bytes indices(const Picture& picture, const Rect& area, const Palette& palette) {
    Bytes made;
    made.reserve(static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height));
    for (int y = area.y; y < area.y + area.height; ++y) {
        const std::uint32_t* row = picture.row(y) + area.x;
        std::uint32_t last = row[0];
        auto index = static_cast<Byte>(palette.index(last));
        for (int x = 0; x < area.width; ++x) {
            if (row[x] != last) index = static_cast<Byte>(palette.index(last = row[x]));
            made.push_back(index);
        }
    }
    return made;
}

/// One bit a pixel, rows in whole bytes; set: the second colour.
Bytes bits(const Picture& picture, const Rect& area, std::uint32_t second) {
    const std::size_t stride = (static_cast<unsigned>(area.width) + 7) / 8;
    Bytes made(stride * static_cast<unsigned>(area.height), 0);
    for (int y = 0; y < area.height; ++y) {
        const std::uint32_t* row = picture.row(area.y + y) + area.x;
        Byte* to = &made[static_cast<std::size_t>(y) * stride];
        for (int x = 0; x < area.width; ++x)
            if (row[x] == second) to[x / 8] = static_cast<Byte>(to[x / 8] | 0x80 >> x % 8);
    }
    return made;
}

Bytes pixels(const Picture& picture, const Rect& area) {
    Bytes made;
    made.reserve(static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height) * 3);
    for (int y = area.y; y < area.y + area.height; ++y)
        for (int x = 0; x < area.width; ++x) append_pixel(made, picture.row(y)[area.x + x]);
    return made;
}

/// Calls `one` for pieces that keep Tight's limits; returns how many.
template <class One>
unsigned in_pieces(const Rect& area, One one) {
    unsigned pieces = 0;
    const int width = std::min(area.width, widest);
    const int height = std::max(1, most_pixels_in_one / width);
    for (int y = 0; y < area.height; y += height)
        for (int x = 0; x < area.width; x += width, ++pieces)
            one(Rect{area.x + x, area.y + y, std::min(width, area.width - x), std::min(height, area.height - y)});
    return pieces;
}

}  // namespace

void append_compact_length(Bytes& to, std::size_t length) {
    append_u8(to, static_cast<unsigned>(length & 0x7F) | (length > 0x7F ? 0x80U : 0U));
    if (length > 0x7F) append_u8(to, static_cast<unsigned>(length >> 7 & 0x7F) | (length > 0x3FFF ? 0x80U : 0U));
    if (length > 0x3FFF) append_u8(to, static_cast<unsigned>(length >> 14));
}

class TightEncoder::Stream {
public:
    explicit Stream(int level) {
        if (deflateInit(&zlib_, level) != Z_OK) throw std::bad_alloc();
    }
    ~Stream() { deflateEnd(&zlib_); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    Bytes deflate(const Bytes& plain) {
        Bytes out(::deflateBound(&zlib_, static_cast<uLong>(plain.size())) + 16);
        zlib_.next_in = const_cast<Byte*>(plain.data());
        zlib_.avail_in = static_cast<uInt>(plain.size());
        zlib_.next_out = out.data();
        zlib_.avail_out = static_cast<uInt>(out.size());
        ::deflate(&zlib_, Z_SYNC_FLUSH);
        out.erase(out.end() - static_cast<std::ptrdiff_t>(zlib_.avail_out), out.end());
        return out;
    }
    void reset() { deflateReset(&zlib_); }

private:
    z_stream zlib_{};
};

TightEncoder::TightEncoder(int level) : level_(level) {}
TightEncoder::~TightEncoder() = default;

void TightEncoder::reset(bool tell) {
    resets_ = tell;
    for (auto& stream : streams_)
        if (stream) stream->reset();
}

unsigned TightEncoder::take_reset() {
    return std::exchange(resets_, false) ? 0x0FU : 0U;
}

Byte TightEncoder::control(unsigned compression) {
    return static_cast<Byte>(compression << 4 | take_reset());
}

unsigned TightEncoder::append_exact(Bytes& to, const Picture& picture, const Rect& area) {
    return in_pieces(area, [&](const Rect& piece) { one_exact(to, picture, piece); });
}

void TightEncoder::one_exact(Bytes& to, const Picture& picture, const Rect& area) {
    append_header(to, area);
    const Palette palette(picture, area);
    const auto colours = palette.colours.size();
    if (colours == 1) {
        to.push_back(control(fill));
        return append_pixel(to, palette.colours[0]);
    }
    if (colours == 0) {
        to.push_back(control(plain_stream));
        return append_data(to, plain_stream, pixels(picture, area));
    }
    const unsigned stream = colours == 2 ? bits_stream : palette_stream;
    to.push_back(control(explicit_filter | stream));
    to.push_back(palette_filter);
    to.push_back(static_cast<Byte>(colours - 1));
    for (const auto colour : palette.colours) append_pixel(to, colour);
    append_data(to, stream, colours == 2 ? bits(picture, area, palette.colours[1]) : indices(picture, area, palette));
}

void TightEncoder::append_data(Bytes& to, unsigned stream, const Bytes& plain) {
    if (plain.size() < least_compressed) return append(to, plain);
    auto& used = streams_[stream];
    if (!used) used = std::make_unique<Stream>(level_);
    const Bytes data = used->deflate(plain);
    append_compact_length(to, data.size());
    append(to, data);
}

}  // namespace pronto::vnc
