#include "rfb-ext/fbs/canonical_writer.hpp"

#include <algorithm>
#include <utility>

#include "rfb-ext/fbs/psnr.hpp"
#include "rfb-ext/fbs/writer.hpp"
#include "rfb-ext/vnc/jpeg.hpp"

namespace pronto::fbs {

namespace {

/// So much larger is a key frame of our own than what a viewer was sent for the same screen.
constexpr unsigned packed_anew = 3;
constexpr unsigned most_rectangles = 0xFFFE;  // 0xFFFF would go on until LastRect

void append_head(Bytes& to, const Rect& area, std::int32_t encoding) {
    for (const int value : {area.x, area.y, area.width, area.height}) append_u16(to, static_cast<unsigned>(value));
    append_u32(to, static_cast<std::uint32_t>(encoding));
}

/// The Cursor pseudo-rectangle in 32 bits a pixel: colours, then a mask with a bit for each pixel that is more opaque
/// than not.
void append_cursor(Bytes& to, const vnc::CursorShape& cursor) {
    append_head(to, {cursor.hotspot.x, cursor.hotspot.y, cursor.size.width, cursor.size.height},
                wire::encoding::cursor);
    for (const auto pixel : cursor.pixels)
        for (const int shift : {0, 8, 16, 32}) to.push_back(shift == 32 ? Byte{0} : static_cast<Byte>(pixel >> shift));
    const auto width = static_cast<std::size_t>(cursor.size.width);
    Bytes mask((width + 7) / 8 * static_cast<std::size_t>(cursor.size.height), 0);
    for (std::size_t i = 0; i < cursor.pixels.size(); ++i)
        if (cursor.pixels[i] >> 31)
            mask[i / width * ((width + 7) / 8) + i % width / 8] |= static_cast<Byte>(0x80 >> i % width % 8);
    append(to, mask);
}

/// A JPEG rectangle of Tight; `reset`: the bits for the zlib streams that start anew.
void append_jpeg(Bytes& to, const Rect& area, const Bytes& jpeg, unsigned reset) {
    append_head(to, area, wire::encoding::tight);
    to.push_back(static_cast<Byte>(0x90 | reset));
    vnc::append_compact_length(to, jpeg.size());
    append(to, jpeg);
}

/// Do they fill it, one behind the other? Some may overlap.
bool cover(const std::vector<Rect>& areas, Size size) {
    std::vector<bool> drawn(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), false);
    for (const Rect& area : areas)
        for (int y = area.y; y < area.y + area.height; ++y) {
            const auto row = drawn.begin() + std::ptrdiff_t{y} * size.width;
            std::fill(row + area.x, row + area.x + area.width, true);
        }
    return std::find(drawn.begin(), drawn.end(), false) == drawn.end();
}

/// Of `seen`, which has the area's size.
double psnr_db(const vnc::Picture& seen, const vnc::Picture& picture, const Rect& area) {
    Psnr psnr;
    for (int y = 0; y < area.height; ++y)
        for (int x = 0; x < area.width; ++x) psnr.take(seen.row(y)[x], picture.row(area.y + y)[area.x + x]);
    return psnr.db();
}

}  // namespace

CanonicalWriter::CanonicalWriter(Size size, const std::string& name, Options options, Write write)
    : options_(options), write_(std::move(write)), encoder_(options.zlib_level), lossy_(size) {
    Bytes header;
    append_header(header, {size, wire::PixelFormat{}, name});
    this->write(header);
}

void CanonicalWriter::write(ByteView bytes) {
    bytes_ += bytes.size();
    write_(bytes);
}

void CanonicalWriter::drawn(const vnc::PictureDecoder::Drawn& rectangle, const vnc::Picture& picture) {
    if (lossy_.size() != picture.size) lossy_ = LossyMap(picture.size);  // resized by this very update
    if (key_frames_.empty()) {
        first_areas_.push_back(rectangle.area);
        first_copies_ = first_copies_ || rectangle.encoding == wire::encoding::copy_rect;
    }
    if (rectangle.encoding == wire::encoding::copy_rect) {
        append_head(body_, rectangle.area, wire::encoding::copy_rect);
        append_u16(body_, static_cast<unsigned>(rectangle.from.x));
        append_u16(body_, static_cast<unsigned>(rectangle.from.y));
        lossy_.copied(rectangle.area, rectangle.from);
        ++rectangles_;
    } else if (!rectangle.jpeg.empty()) {
        append_jpeg(body_, rectangle.area, rectangle.jpeg, 0);
        lossy_.mark_lossy(rectangle.area);
        ++rectangles_;
    } else {
        rectangles_ += encoder_.append_exact(body_, picture, rectangle.area);
        lossy_.mark_exact(rectangle.area);
    }
}

void CanonicalWriter::end_update(std::uint32_t at_ms, const vnc::PictureDecoder::Update& update,
                                 const vnc::Picture& picture, const vnc::CursorShape& cursor) {
    const Bytes body = std::exchange(body_, {});
    const unsigned rectangles = std::exchange(rectangles_, 0);
    if (lossy_.size() != picture.size) lossy_ = LossyMap(picture.size);
    const bool changes = rectangles > 0 || update.cursor;
    // What draws the whole screen by itself is a key frame as it came: its JPEG need not be packed again.
    if (key_frames_.empty() && !update.resized && !first_copies_ && rectangles <= most_rectangles - 2 &&
        cover(std::exchange(first_areas_, {}), picture.size)) {
        first_as_it_came_ = true;
        return write_key_frame(at_ms, picture.size, cursor, rectangles, body);
    }
    // What the streams have packed for this update is not sent then; the key frame resets them.
    if (required_ || update.resized || rectangles > most_rectangles || (changes && key_frame_is_due(at_ms)))
        return key_frame(at_ms, picture, cursor);
    Bytes with_cursor = body;
    if (update.cursor) append_cursor(with_cursor, cursor);
    write_update(at_ms, rectangles + (update.cursor ? 1 : 0), with_cursor);
}

bool CanonicalWriter::key_frame_is_due(std::uint32_t at_ms) const {
    const auto& last = key_frames_.back();
    const auto passed = at_ms - last.at_ms;
    const auto written = bytes_ - last.offset - last.bytes;
    const auto next_bytes = last.bytes * (first_as_it_came_ && key_frames_.size() == 1 ? packed_anew : 1);
    return passed >= options_.most_ms ||
           (passed >= options_.change_ms && written >= options_.key_frame_sizes * next_bytes);
}

void CanonicalWriter::key_frame(std::uint32_t at_ms, const vnc::Picture& picture, const vnc::CursorShape& cursor) {
    encoder_.reset(!key_frames_.empty());
    Bytes body;
    const unsigned rectangles = append_picture(body, picture);
    write_key_frame(at_ms, picture.size, cursor, rectangles, body);
}

/// `body` are the rectangles that draw the whole picture.
void CanonicalWriter::write_key_frame(std::uint32_t at_ms, Size size, const vnc::CursorShape& cursor,
                                      unsigned rectangles, const Bytes& body) {
    Bytes whole;
    append_head(whole, {0, 0, size.width, size.height}, wire::encoding::desktop_size);
    append_cursor(whole, cursor);
    append(whole, body);
    const auto offset = bytes_;
    write_update(at_ms, 2 + rectangles, whole);
    key_frames_.push_back({at_ms, offset, bytes_ - offset});
    required_ = false;
}

/// In bands of four rows of blocks, in each of them as long runs as are lossy or not; where a band is both, row by row.
unsigned CanonicalWriter::append_picture(Bytes& to, const vnc::Picture& picture) {
    constexpr int band_rows = 4;
    unsigned rectangles = 0;
    for (int row = 0; row < lossy_.rows(); row += band_rows)
        rectangles += append_band(to, picture, row, std::min(band_rows, lossy_.rows() - row));
    return rectangles;
}

unsigned CanonicalWriter::append_band(Bytes& to, const vnc::Picture& picture, int row, int rows) {
    enum class Kind { exact, lossy, both };
    const auto kind = [&](int column) {
        int lossy = 0;
        for (int r = row; r < row + rows; ++r) lossy += lossy_.lossy(column, r) ? 1 : 0;
        return lossy == 0 ? Kind::exact : lossy == rows ? Kind::lossy : Kind::both;
    };
    bool mixed = false;
    for (int column = 0; column < lossy_.columns() && !mixed; ++column) mixed = kind(column) == Kind::both;
    unsigned rectangles = 0;
    if (mixed) {
        for (int r = row; r < row + rows; ++r) rectangles += append_band(to, picture, r, 1);
        return rectangles;
    }
    const int y = row * LossyMap::side;
    const int height = std::min(rows * LossyMap::side, picture.size.height - y);
    for (int column = 0; column < lossy_.columns();) {
        int end = column + 1;
        while (end < lossy_.columns() && kind(end) == kind(column)) ++end;
        const int x = column * LossyMap::side;
        const Rect area{x, y, std::min(end * LossyMap::side, picture.size.width) - x, height};
        rectangles +=
            kind(column) == Kind::lossy ? append_lossy(to, picture, area) : encoder_.append_exact(to, picture, area);
        column = end;
    }
    return rectangles;
}

/// JPEG where it is good enough: noise can need more.
unsigned CanonicalWriter::append_lossy(Bytes& to, const vnc::Picture& picture, const Rect& area) {
    const Bytes jpeg = vnc::encode_jpeg(picture, area, options_.lossy_quality);
    vnc::Picture seen{{area.width, area.height}, {}};
    seen.pixels.resize(static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height));
    vnc::decode_jpeg(jpeg, seen, {0, 0, area.width, area.height});
    if (psnr_db(seen, picture, area) < least_psnr_db) return encoder_.append_exact(to, picture, area);
    append_jpeg(to, area, jpeg, encoder_.take_reset());
    return 1;
}

void CanonicalWriter::write_update(std::uint32_t at_ms, unsigned rectangles, const Bytes& body) {
    Bytes message{wire::server::update, 0};
    append_u16(message, rectangles);
    append(message, body);
    Bytes blocks;
    append_blocks(blocks, message, at_ms);
    write(blocks);
}

}  // namespace pronto::fbs
