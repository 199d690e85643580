#include "rfb-ext/fbs/video_frame.hpp"

#include <algorithm>

#include "rfb-ext/fbs/libav.hpp"
#include "rfb-ext/vnc/rects.hpp"

namespace pronto::fbs {

namespace {

/// What is shown of a picture.
Size shown_of(Size picture) {
    return {picture.width == 1 ? 1 : even_side(picture.width), picture.height == 1 ? 1 : even_side(picture.height)};
}

}  // namespace

int even_side(int side) {
    return std::max(2, side / 2 * 2);
}

struct VideoFrame::State {
    Size size;
    Owned<AVFrame> frame;
    Owned<SwsContext> scaler;
    EncodedPicture encoded;
    Size picture;  ///< of the last one
    Size source;   ///< what is shown of it
    Rect place;    ///< of the picture in the frame

    void fit(Size of_picture);
    void blacken();
    std::vector<Rect> convert(const vnc::Picture& drawn, const std::vector<Rect>& changed);
    void scale(const vnc::Picture& drawn);
    Planes planes() const {
        return {{frame->data[0], frame->data[1], frame->data[2]},
                {frame->linesize[0], frame->linesize[1], frame->linesize[2]}};
    }
};

VideoFrame::VideoFrame(Size size) : state_(std::make_unique<State>()) {
    state_->size = size;
    state_->frame = made(av_frame_alloc());
    AVFrame& frame = *state_->frame;
    frame.format = pixel_format;
    frame.width = size.width;
    frame.height = size.height;
    frame.colorspace = colour_space;
    frame.color_range = colour_range;
    check(av_frame_get_buffer(&frame, 0), "begin");
}

VideoFrame::~VideoFrame() = default;

Planes VideoFrame::planes() const {
    return state_->planes();
}

AVFrame* VideoFrame::frame() {
    return state_->frame.get();
}

/// The place of a picture of that size in the middle of the frame.
void VideoFrame::State::fit(Size of_picture) {
    picture = of_picture;
    source = shown_of(of_picture);
    const Size whole = size;
    const double scale = std::min(1.0 * whole.width / source.width, 1.0 * whole.height / source.height);
    const auto scaled = [&](int side, int most) {
        return std::min(even_side(static_cast<int>(side * scale + 0.5)), most);
    };
    place.width = scaled(source.width, whole.width);
    place.height = scaled(source.height, whole.height);
    place.x = (whole.width - place.width) / 4 * 2;
    place.y = (whole.height - place.height) / 4 * 2;
    blacken();
}

void VideoFrame::State::blacken() {
    for (int plane = 0; plane < 3; ++plane) {
        const int rows = plane == 0 ? frame->height : frame->height / 2;
        std::fill_n(frame->data[plane], static_cast<std::size_t>(frame->linesize[plane] * rows),
                    static_cast<std::uint8_t>(plane == 0 ? 16 : 128));
    }
}

std::vector<Rect> VideoFrame::draw(const vnc::Picture& drawn, const Rect& within) {
    const auto changed = state_->encoded.take(drawn, within);
    if (changed.empty()) return {};
    return state_->convert(drawn, changed);
}

/// What has changed in the frame.
std::vector<Rect> VideoFrame::State::convert(const vnc::Picture& drawn, const std::vector<Rect>& changed) {
    check(av_frame_make_writable(frame.get()), "write");
    const bool resized = drawn.size != picture;
    if (resized) fit(drawn.size);
    const Rect whole{0, 0, frame->width, frame->height};
    if (place.width != source.width || place.height != source.height) {
        scale(drawn);
        return {whole};
    }
    std::vector<Rect> areas;
    for (const Rect& area : changed) {
        // The last row or column of an odd picture is left out.
        const Rect shown = vnc::intersection(area, {0, 0, source.width, source.height});
        if (shown.empty()) continue;
        to_planes(drawn, shown, planes(), {place.x, place.y});
        areas.push_back({place.x + shown.x, place.y + shown.y, shown.width, shown.height});
    }
    return resized ? std::vector<Rect>{whole} : areas;
}

void VideoFrame::State::scale(const vnc::Picture& drawn) {
    scaler = made(sws_getCachedContext(scaler.release(), source.width, source.height, AV_PIX_FMT_BGR0, place.width,
                                       place.height, pixel_format, SWS_AREA, nullptr, nullptr, nullptr));
    std::uint8_t* to[4] = {};
    for (int plane = 0; plane < 3; ++plane) {
        const int half = plane == 0 ? 1 : 2;
        to[plane] = frame->data[plane] + place.y / half * frame->linesize[plane] + place.x / half;
    }
    const auto* pixels = reinterpret_cast<const std::uint8_t*>(drawn.pixels.data());
    const int stride = drawn.size.width * 4;
    check(sws_scale(scaler.get(), &pixels, &stride, 0, source.height, to, frame->linesize), "convert");
}

}  // namespace pronto::fbs
