#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/fbs/lossy_map.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/picture_decoder.hpp"
#include "rfb-ext/vnc/tight_encoder.hpp"

namespace pronto::fbs {

/// Where a movie can be entered: a message that draws everything with fresh zlib streams.
struct KeyFrame {
    std::uint32_t at_ms = 0;
    std::uint64_t offset = 0;  ///< of its first block in the file
    std::uint64_t bytes = 0;   ///< of its blocks
    bool operator==(const KeyFrame&) const = default;
};

/// Writes the canonical movie from what a decoder draws: 32 bits a pixel, Tight and CopyRect only, JPEG rectangles as
/// they came, everything else exact; key frames. A key frame is one update: DesktopSize, cursor, then the whole picture
/// in Tight rectangles, of which the first resets all zlib streams (but not in the file's first one); areas that JPEG
/// had drawn as JPEG of quality 95 if that comes within 40 dB of what was there, the rest exact. The file's first one
/// has the source's own JPEG where the source's first update draws the whole screen.
///
/// Use, for each update of the source: drawn() for every rectangle, then end_update(). No I/O of its own.
class CanonicalWriter {
public:
    /// A key frame comes after so much change and bytes (in sizes of the last one), or so much time, whichever is
    /// first.
    struct Options {
        std::uint32_t change_ms = 10'000;
        std::uint32_t most_ms = 60'000;
        unsigned key_frame_sizes = 4;
        int zlib_level = 6;
        int lossy_quality = 95;
    };
    static constexpr double least_psnr_db = 40;
    using Write = std::function<void(ByteView)>;

    /// `write` gets the file's bytes in order.
    CanonicalWriter(Size size, const std::string& name, Options options, Write write);

    /// A rectangle of the update under way, right after it was drawn in `picture`.
    void drawn(const vnc::PictureDecoder::Drawn& rectangle, const vnc::Picture& picture);
    /// The update is over. `at_ms` does not go back.
    void end_update(std::uint32_t at_ms, const vnc::PictureDecoder::Update& update, const vnc::Picture& picture,
                    const vnc::CursorShape& cursor);

    /// The next update becomes a key frame: what comes now does not go on from what was.
    void require_key_frame() { required_ = true; }

    const std::vector<KeyFrame>& key_frames() const { return key_frames_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    bool key_frame_is_due(std::uint32_t at_ms) const;
    void key_frame(std::uint32_t at_ms, const vnc::Picture& picture, const vnc::CursorShape& cursor);
    void write_key_frame(std::uint32_t at_ms, Size size, const vnc::CursorShape& cursor, unsigned rectangles,
                         const Bytes& body);
    unsigned append_picture(Bytes& to, const vnc::Picture& picture);
    unsigned append_band(Bytes& to, const vnc::Picture& picture, int row, int rows);
    unsigned append_lossy(Bytes& to, const vnc::Picture& picture, const Rect& area);
    void write_update(std::uint32_t at_ms, unsigned rectangles, const Bytes& body);
    void write(ByteView bytes);

    const Options options_;
    const Write write_;
    vnc::TightEncoder encoder_;
    LossyMap lossy_;
    Bytes body_;                     ///< rectangles of the update under way
    unsigned rectangles_ = 0;        ///< in it
    std::vector<Rect> first_areas_;  ///< drawn before the first key frame
    bool first_copies_ = false;      ///< is a CopyRect among them?
    bool first_as_it_came_ = false;  ///< the first key frame
    bool required_ = true;
    std::vector<KeyFrame> key_frames_;
    std::uint64_t bytes_ = 0;
};

}  // namespace pronto::fbs
