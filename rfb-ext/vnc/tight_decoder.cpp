#include "rfb-ext/vnc/tight_decoder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfb-ext/vnc/jpeg.hpp"
#include "rfb-ext/vnc/picture_png.hpp"

namespace pronto::vnc {

namespace {

constexpr unsigned largest_basic = 7, fill = 8, jpeg = 9, png = 10, no_zlib = 10, no_zlib_filtered = 14;
constexpr unsigned explicit_filter = 4;
constexpr std::size_t least_compressed = 12;  ///< shorter data are sent as they are

/// One to three bytes, seven bits each but the last: at most 4 MiB - 1.
std::size_t compact_length(ByteSource& in) {
    std::size_t length = 0;
    for (int shift = 0; shift <= 14; shift += 7) {
        const unsigned byte = in.u8();
        const unsigned bits = shift == 14 ? byte : byte & 0x7F;
        length |= static_cast<std::size_t>(bits) << shift;
        if (shift == 14 || !(byte & 0x80)) break;
    }
    return length;
}

Bytes read_bytes(ByteSource& in, std::size_t count) {
    Bytes bytes(count);
    in.read(bytes.data(), count);
    return bytes;
}

/// 256 entries, so that every index is one; `count` says how many were sent.
std::vector<std::uint32_t> read_palette(ByteSource& in, const Pixels& pixels, std::size_t& count) {
    count = in.u8() + 1;
    if (count < 2) throw BrokenStream("a Tight palette of one colour");
    const Bytes raw = read_bytes(in, count * pixels.tight_bytes());
    std::vector<std::uint32_t> palette(256, 0);
    pixels.tight_row(raw.data(), palette.data(), static_cast<int>(count));
    return palette;
}

void draw_palette(const Bytes& data, const std::vector<std::uint32_t>& palette, bool bits, Picture& picture,
                  const Rect& area) {
    const auto width = static_cast<std::size_t>(area.width);
    const std::size_t stride = bits ? (width + 7) / 8 : width;
    for (int y = 0; y < area.height; ++y) {
        const Byte* from = data.data() + static_cast<std::size_t>(y) * stride;
        std::uint32_t* to = picture.row(area.y + y) + area.x;
        for (std::size_t x = 0; x < width; ++x) to[x] = palette[bits ? from[x / 8] >> (7 - x % 8) & 1 : from[x]];
    }
}

void draw_copy(const Bytes& data, const Pixels& pixels, Picture& picture, const Rect& area) {
    const std::size_t stride = static_cast<std::size_t>(area.width) * pixels.tight_bytes();
    for (int y = 0; y < area.height; ++y)
        pixels.tight_row(data.data() + static_cast<std::size_t>(y) * stride, picture.row(area.y + y) + area.x,
                         area.width);
}

/// Each channel was sent as its difference from left + above - above left.
void draw_gradient(const Bytes& data, const Pixels& pixels, Picture& picture, const Rect& area) {
    using Channels = std::array<int, 3>;
    const Channels most = pixels.tight_packs() ? Channels{255, 255, 255} : pixels.maxima();
    std::vector<Channels> above(static_cast<std::size_t>(area.width) + 1);
    const Byte* from = data.data();
    for (int y = 0; y < area.height; ++y) {
        Channels left{};
        Channels above_left{};
        for (int x = 0; x < area.width; ++x, from += pixels.tight_bytes()) {
            const Channels sent = pixels.tight_packs() ? Channels{from[0], from[1], from[2]} : pixels.channels(from);
            Channels& up = above[static_cast<std::size_t>(x)];
            for (std::size_t c = 0; c < 3; ++c) {
                const int guess = std::clamp(left[c] + up[c] - above_left[c], 0, most[c]);
                above_left[c] = up[c];
                left[c] = up[c] = (guess + sent[c]) & most[c];
            }
            picture.row(area.y + y)[area.x + x] = pixels.from_channels(left);
        }
    }
}

}  // namespace

TightDecoder::TightDecoder() = default;
TightDecoder::~TightDecoder() = default;
TightDecoder::TightDecoder(TightDecoder&&) noexcept = default;

Bytes TightDecoder::decode(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, Kind kind) {
    const unsigned first = in.u8();
    for (std::size_t i = 0; i < streams_.size(); ++i)
        if (first >> i & 1) streams_[i].reset();
    const unsigned control = first >> 4;
    if (control == fill) {
        Byte pixel[4];
        in.read(pixel, pixels.tight_bytes());
        fill_area(picture, area, pixels.tight_one(pixel));
    } else if (control == jpeg) {
        Bytes data = read_bytes(in, compact_length(in));
        decode_jpeg(data, picture, area);
        return data;
    } else if (kind == Kind::png) {
        if (control != png) throw BrokenStream(fmt::format("unknown Tight PNG compression {}", control));
        decode_png(read_bytes(in, compact_length(in)), picture, area);
    } else if (control <= largest_basic || control == no_zlib || control == no_zlib_filtered) {
        basic(in, pixels, picture, area, control);
    } else {
        throw BrokenStream(fmt::format("unknown Tight compression {}", control));
    }
    return {};
}

void TightDecoder::basic(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, unsigned control) {
    const unsigned filter = control & explicit_filter ? in.u8() : 0;
    const auto width = static_cast<std::size_t>(area.width);
    const auto height = static_cast<std::size_t>(area.height);
    if (filter == 1) {
        std::size_t colours = 0;
        const auto palette = read_palette(in, pixels, colours);
        const bool bits = colours == 2;
        draw_palette(data(in, control, (bits ? (width + 7) / 8 : width) * height), palette, bits, picture, area);
    } else if (filter == 0) {
        draw_copy(data(in, control, width * height * pixels.tight_bytes()), pixels, picture, area);
    } else if (filter == 2) {
        draw_gradient(data(in, control, width * height * pixels.tight_bytes()), pixels, picture, area);
    } else {
        throw BrokenStream(fmt::format("unknown Tight filter {}", filter));
    }
}

Bytes TightDecoder::data(ByteSource& in, unsigned control, std::size_t size) {
    if (size < least_compressed) return read_bytes(in, size);
    Bytes compressed = read_bytes(in, compact_length(in));
    if (control > largest_basic) {
        if (compressed.size() != size) throw BrokenStream("uncompressed data do not fill their rectangle exactly");
        return compressed;
    }
    // zlib compresses at most 1032 to 1: a few bytes must not make us set a whole screen's memory aside.
    if (size > compressed.size() * 1100 + 1024) throw BrokenStream("compressed data are too short for their rectangle");
    auto& stream = streams_[control & 3];
    if (!stream) stream = std::make_unique<Inflater>();
    stream->give(std::move(compressed));
    Bytes plain(size);
    stream->read(plain.data(), size);
    stream->finish();
    return plain;
}

}  // namespace pronto::vnc
