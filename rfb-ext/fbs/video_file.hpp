#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rfb-ext/vnc/picture.hpp"

/// Here and in VideoFrame is the one place that knows libav, in VpxEncoder the one that knows libvpx.
namespace pronto::fbs {

enum class VideoFormat { webm, mp4 };

/// Writes a video file: VP9 in WebM, H.264 in MP4, with real time stamps in milliseconds. Pictures of another shape
/// than the video are scaled into its middle, with black beside them. Everything throws std::runtime_error with libav's
/// reason.
class VideoFile {
public:
    struct Options {
        VideoFormat format = VideoFormat::webm;
        Size size;             ///< sides become even, by leaving out a row or column of pixels
        unsigned threads = 2;  ///< of H.264
    };
    /// `path` is overwritten.
    VideoFile(const std::string& path, const Options& options);
    ~VideoFile();
    VideoFile(const VideoFile&) = delete;
    VideoFile& operator=(const VideoFile&) = delete;

    /// The picture from `at_ms` on, which is later than that of the one before; the first is at 0. Only `changed` may
    /// differ from the picture before; if nothing does, nothing is written and false is returned.
    bool add(const vnc::Picture& picture, const Rect& changed, std::int64_t at_ms);
    /// The last picture stays until `end_ms`. The file is whole then.
    void finish(std::int64_t end_ms);

    Size size() const;
    const std::string& encoder() const;  ///< libav's name for it

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pronto::fbs
