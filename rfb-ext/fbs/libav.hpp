#pragma once

#include <memory>
#include <new>
#include <stdexcept>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

/// What video_file.cpp and video_frame.cpp, the two that know libav, share: its objects with owners, its errors thrown.
namespace pronto::fbs {

inline constexpr auto pixel_format = AV_PIX_FMT_YUV420P;
inline constexpr auto colour_range = AVCOL_RANGE_MPEG;
inline constexpr auto colour_space = AVCOL_SPC_SMPTE170M;

/// Throws std::runtime_error with libav's reason if `result` is one.
inline void check(int result, const char* doing) {
    if (result >= 0) return;
    char why[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(result, why, sizeof why);
    throw std::runtime_error(fmt::format("cannot {} the video: {}", doing, why));
}

struct Free {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
    void operator()(AVFormatContext* container) const {
        if (container->pb) avio_closep(&container->pb);
        avformat_free_context(container);
    }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

template <class T>
Owned<T> made(T* thing) {
    if (!thing) throw std::bad_alloc();
    return Owned<T>(thing);
}

}  // namespace pronto::fbs
