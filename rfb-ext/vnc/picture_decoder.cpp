#include "rfb-ext/vnc/picture_decoder.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "rfb-ext/vnc/cursor_decoder.hpp"
#include "rfb-ext/vnc/hextile_decoder.hpp"
#include "rfb-ext/vnc/rects.hpp"
#include "rfb-ext/vnc/rre_decoder.hpp"
#include "rfb-ext/vnc/run_decoder.hpp"

namespace pronto::vnc {

namespace {

constexpr unsigned until_last_rect = 0xFFFF;
constexpr std::size_t most_name_bytes = 4096;
/// Twice the largest picture sent Raw.
constexpr std::size_t longest_compressed_bytes = 512U << 20;
constexpr unsigned most_screens = 64;
/// An update may go on without end; the list of what it changed must not.
constexpr std::size_t most_changed = 4096;

std::string shown(const Rect& area) {
    return fmt::format("{}x{} at {},{}", area.width, area.height, area.x, area.y);
}

Rect read_area(ByteSource& in) {
    Rect area;
    area.x = static_cast<int>(in.u16());
    area.y = static_cast<int>(in.u16());
    area.width = static_cast<int>(in.u16());
    area.height = static_cast<int>(in.u16());
    return area;
}

Picture black(Size size) {
    const std::int64_t pixels = std::int64_t{size.width} * size.height;
    if (size.width < 1 || size.height < 1 || size.width > longest_side || size.height > longest_side ||
        pixels > most_pixels)
        throw BrokenStream(fmt::format("a screen of {}x{} is not accepted", size.width, size.height));
    return {size, std::vector<std::uint32_t>(static_cast<std::size_t>(pixels), 0)};
}

}  // namespace

PictureDecoder::PictureDecoder(Size size, const wire::PixelFormat& format, Accepts accepts)
    : accepts_(accepts), pixels_(format), picture_(black(size)) {}

PictureDecoder::Update PictureDecoder::update(ByteSource& in, const OnDrawn& on_drawn) {
    Update update;
    in.skip(1);
    const unsigned count = in.u16();
    for (unsigned i = 0; i < count || count == until_last_rect; ++i) {
        Header header;
        header.area = read_area(in);
        header.encoding = static_cast<std::int32_t>(in.u32());
        if (!rectangle(in, header, update, on_drawn)) break;
    }
    return update;
}

/// False: it was the last one.
bool PictureDecoder::rectangle(ByteSource& in, const Header& header, Update& update, const OnDrawn& on_drawn) {
    if (header.encoding == wire::encoding::last_rect) return false;
    if (pseudo_rectangle(in, header, update)) return true;
    Drawn drawn{header.area, header.encoding};
    if (header.area.empty()) {
        picture_rectangle(in, {{}, header.encoding}, drawn);  // its data are there all the same
        return true;
    }
    if (!contains({0, 0, picture_.size.width, picture_.size.height}, header.area))
        throw BrokenStream(fmt::format("a rectangle of {} lies outside the screen", shown(header.area)));
    picture_rectangle(in, header, drawn);
    if (on_drawn) on_drawn(drawn);
    update.changed.push_back(header.area);
    if (update.changed.size() > most_changed) update.changed = {bounding_box(update.changed)};
    return true;
}

bool PictureDecoder::pseudo_rectangle(ByteSource& in, const Header& header, Update& update) {
    namespace encoding = wire::encoding;
    switch (header.encoding) {
        case encoding::cursor:
        case encoding::x_cursor:
        case encoding::cursor_with_alpha:
            cursor_ = read_cursor(in, pixels_, header.area, header.encoding);
            update.cursor = true;
            return true;
        case encoding::desktop_size:
            resize({header.area.width, header.area.height}, update);
            return true;
        case encoding::extended_desktop_size:
            screens(in, header, update);
            return true;
        case encoding::desktop_name: {
            const std::size_t length = in.u32();
            if (length > most_name_bytes) throw BrokenStream("the desktop's name is too long");
            in.skip(length);
            return true;
        }
        case encoding::pointer_pos:
            pointer_ = Point{header.area.x, header.area.y};
            return true;
        case encoding::qemu_extended_key:
            return true;
        case encoding::led_state:
            in.skip(1);
            return true;
        default:
            return false;
    }
}

void PictureDecoder::picture_rectangle(ByteSource& in, const Header& header, Drawn& drawn) {
    switch (header.encoding) {
        case wire::encoding::raw:
            return raw(in, header.area);
        case wire::encoding::copy_rect:
            drawn.from = copy(in, header.area);
            return;
        case wire::encoding::hextile:
            return decode_hextile(in, pixels_, picture_, header.area);
        case wire::encoding::tight:
            drawn.jpeg = tight_.decode(in, pixels_, picture_, header.area);
            return;
        default:
            if (accepts_ == Accepts::all) return others_rectangle(in, header, drawn);
            throw BrokenStream(fmt::format("encoding {} was not asked for", header.encoding));
    }
}

void PictureDecoder::others_rectangle(ByteSource& in, const Header& header, Drawn& drawn) {
    switch (header.encoding) {
        case wire::encoding::tight_png:
            drawn.jpeg = tight_.decode(in, pixels_, picture_, header.area, TightDecoder::Kind::png);
            return;
        case wire::encoding::rre:
            return decode_rre(in, pixels_, picture_, header.area);
        case wire::encoding::corre:
            return decode_corre(in, pixels_, picture_, header.area);
        case wire::encoding::trle:
            return decode_trle(in, pixels_, picture_, header.area);
        case wire::encoding::zlib:
            return inflated(in, zlib_, [&](ByteSource& plain) { raw(plain, header.area); });
        case wire::encoding::zrle:
            return inflated(in, zrle_, [&](ByteSource& plain) { decode_zrle(plain, pixels_, picture_, header.area); });
        default:
            throw BrokenStream(fmt::format("encoding {} was not asked for", header.encoding));
    }
}

void PictureDecoder::resize(Size size, Update& update) {
    picture_ = black(size);
    update.resized = true;
    update.changed.clear();
}

/// ExtendedDesktopSize: y is a status; anything but 0 answers somebody's failed wish and changes nothing.
void PictureDecoder::screens(ByteSource& in, const Header& header, Update& update) {
    const unsigned count = in.u8();
    if (count > most_screens) throw BrokenStream("too many screens");
    in.skip(3 + std::size_t{count} * 16);
    const Size size{header.area.width, header.area.height};
    if (header.area.y == 0 && size != picture_.size) resize(size, update);
}

/// Zlib and ZRLE: a length, and a stream for each of them that lives as long as the connection.
void PictureDecoder::inflated(ByteSource& in, std::unique_ptr<Inflater>& stream,
                              const std::function<void(ByteSource&)>& draw) {
    const std::size_t length = in.u32();
    if (length > longest_compressed_bytes) throw BrokenStream("compressed data are too long");
    Bytes compressed;
    while (compressed.size() < length) {  // so much memory only for what is really there
        const auto at = compressed.size();
        compressed.resize(std::min(length, at + (std::size_t{1} << 20)));
        in.read(compressed.data() + at, compressed.size() - at);
    }
    if (!stream) stream = std::make_unique<Inflater>();
    stream->give(std::move(compressed));
    draw(*stream);
    stream->finish();
}

void PictureDecoder::set_format(const wire::PixelFormat& format) {
    pixels_ = Pixels(format);
}

void PictureDecoder::set_size(Size size) {
    picture_ = black(size);
}

void PictureDecoder::raw(ByteSource& in, const Rect& area) {
    Bytes row(static_cast<std::size_t>(area.width) * pixels_.bytes());
    for (int y = area.y; y < area.y + area.height; ++y) {
        in.read(row.data(), row.size());
        pixels_.row(row.data(), picture_.row(y) + area.x, area.width);
    }
}

Point PictureDecoder::copy(ByteSource& in, const Rect& area) {
    const Rect from{static_cast<int>(in.u16()), static_cast<int>(in.u16()), area.width, area.height};
    if (area.empty()) return {from.x, from.y};
    if (!contains({0, 0, picture_.size.width, picture_.size.height}, from))
        throw BrokenStream(fmt::format("a copy from {} lies outside the screen", shown(from)));
    for (int i = 0; i < area.height; ++i) {
        const int line = area.y < from.y ? i : area.height - 1 - i;
        const std::uint32_t* source = picture_.row(from.y + line) + from.x;
        std::uint32_t* target = picture_.row(area.y + line) + area.x;
        std::memmove(target, source, static_cast<std::size_t>(area.width) * sizeof *target);
    }
    return {from.x, from.y};
}

void PictureDecoder::colour_map(ByteSource& in) {
    in.skip(1);
    const unsigned first = in.u16();
    const unsigned count = in.u16();
    for (unsigned i = 0; i < count; ++i) {
        const std::uint32_t red = in.u16() >> 8;
        const std::uint32_t green = in.u16() >> 8;
        const std::uint32_t blue = in.u16() >> 8;
        pixels_.set_colour(first + i, red << 16 | green << 8 | blue);
    }
}

}  // namespace pronto::vnc
