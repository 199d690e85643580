#pragma once

#include <memory>
#include <vector>

#include "rfb-ext/fbs/encoded_picture.hpp"

struct AVFrame;

namespace pronto::fbs {

/// Video has even sides: the next smaller even number, at least 2.
int even_side(int side);

/// The picture that an encoder gets, in three planes. Pictures of another shape are scaled into its middle, with black
/// beside them; of those that have an odd side the last row or column is left out.
class VideoFrame {
public:
    /// Both sides are even. Throws std::runtime_error.
    explicit VideoFrame(Size size);
    ~VideoFrame();
    VideoFrame(const VideoFrame&) = delete;
    VideoFrame& operator=(const VideoFrame&) = delete;

    /// Draws `picture`; only `within` may differ from the one before. Returns the areas of the frame that have changed:
    /// none if nothing has. Throws std::runtime_error.
    std::vector<Rect> draw(const vnc::Picture& picture, const Rect& within);
    Planes planes() const;
    AVFrame* frame();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pronto::fbs
