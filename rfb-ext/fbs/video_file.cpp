#include "rfb-ext/fbs/video_file.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace pronto::fbs {

namespace {

constexpr AVRational milliseconds{1, 1000};
/// A player that seeks finds a whole picture at least so often.
constexpr std::int64_t key_picture_ms = 10'000;

void check(int result, const char* doing) {
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

struct Candidate {
    const char* name;
    std::int64_t most_bits_a_second;  ///< 0: as many as the quality needs
    std::vector<std::pair<const char*, const char*>> settings;
};

/// The fastest that looks well: text stays sharp at these qualities, and a screen mostly stands still.
std::vector<Candidate> candidates(VideoFormat format) {
    if (format == VideoFormat::webm)
        return {{"libvpx-vp9",
                 0,
                 {{"deadline", "realtime"},
                  {"cpu-used", "8"},
                  {"row-mt", "1"},
                  {"tile-columns", "2"},
                  {"lag-in-frames", "0"},
                  {"tune-content", "screen"},
                  {"crf", "30"}}},
                {"libvpx",
                 8'000'000,
                 {{"deadline", "realtime"}, {"cpu-used", "8"}, {"lag-in-frames", "0"}, {"crf", "12"}}}};
    return {{"libx264", 0, {{"preset", "ultrafast"}, {"tune", "zerolatency"}, {"crf", "23"}}},
            {"libopenh264", 4'000'000, {}}};
}

/// Video has even sides.
int even(int side) {
    return std::max(2, side / 2 * 2);
}

/// What is shown of a picture.
Size shown_of(Size picture) {
    return {picture.width == 1 ? 1 : even(picture.width), picture.height == 1 ? 1 : even(picture.height)};
}

}  // namespace

struct VideoFile::State {
    Options options;
    std::string encoder_name;
    Owned<AVFormatContext> container;
    Owned<AVCodecContext> encoder;
    Owned<AVFrame> frame;
    Owned<AVPacket> packet;
    Owned<AVPacket> held;  ///< its duration is known when the next one comes
    Owned<SwsContext> scaler;
    Size picture;  ///< of the last one
    Size source;   ///< what is shown of it
    Rect place;    ///< of the picture in the frame
    AVStream* stream = nullptr;
    std::int64_t last_key_ms = 0;
    bool holding = false;

    void open(const std::string& path);
    void open_encoder();
    bool try_encoder(const Candidate& candidate);
    void make_frame();
    void fit(Size size);
    void blacken();
    void convert(const vnc::Picture& drawn, const Rect& changed);
    void encode(AVFrame* next);
    void write_held(std::int64_t end_ms);
};

VideoFile::VideoFile(const std::string& path, const Options& options) : state_(std::make_unique<State>()) {
    state_->options = options;
    state_->options.size = {even(options.size.width), even(options.size.height)};
    av_log_set_level(AV_LOG_QUIET);  // its reasons come as return values
    state_->open(path);
}

VideoFile::~VideoFile() = default;

Size VideoFile::size() const {
    return state_->options.size;
}

const std::string& VideoFile::encoder() const {
    return state_->encoder_name;
}

void VideoFile::State::open(const std::string& path) {
    const bool webm = options.format == VideoFormat::webm;
    AVFormatContext* raw = nullptr;
    // "file:" keeps names like "http:x" from meaning a network.
    const std::string url = "file:" + path;
    check(avformat_alloc_output_context2(&raw, nullptr, webm ? "webm" : "mp4", url.c_str()), "begin");
    container = made(raw);
    open_encoder();
    stream = avformat_new_stream(container.get(), nullptr);
    if (!stream) throw std::bad_alloc();
    stream->time_base = milliseconds;
    check(avcodec_parameters_from_context(stream->codecpar, encoder.get()), "describe");
    check(avio_open(&container->pb, url.c_str(), AVIO_FLAG_WRITE), "open");
    AVDictionary* settings = nullptr;
    // A browser can begin to play before it has all of an MP4.
    if (!webm) av_dict_set(&settings, "movflags", "+faststart", 0);
    const int begun = avformat_write_header(container.get(), &settings);
    av_dict_free(&settings);
    check(begun, "begin");
    packet = made(av_packet_alloc());
    held = made(av_packet_alloc());
    make_frame();
}

void VideoFile::State::open_encoder() {
    const auto all = candidates(options.format);
    std::string names;
    for (const auto& candidate : all) {
        if (try_encoder(candidate)) return;
        names += (names.empty() ? "" : ", ") + std::string(candidate.name);
    }
    throw std::runtime_error(fmt::format("none of these encoders can be used for a video of {}x{}: {}",
                                         options.size.width, options.size.height, names));
}

bool VideoFile::State::try_encoder(const Candidate& candidate) {
    const AVCodec* codec = avcodec_find_encoder_by_name(candidate.name);
    if (!codec) return false;
    auto context = made(avcodec_alloc_context3(codec));
    context->width = options.size.width;
    context->height = options.size.height;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->time_base = milliseconds;
    context->framerate = {25, 1};  // what rate control reckons with
    context->gop_size = 1'000;     // key pictures come by the clock
    context->bit_rate = candidate.most_bits_a_second;
    context->max_b_frames = 0;
    context->thread_count = static_cast<int>(options.threads);
    context->color_range = AVCOL_RANGE_MPEG;
    context->colorspace = AVCOL_SPC_SMPTE170M;
    if (container->oformat->flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    for (const auto& [name, value] : candidate.settings) av_opt_set(context->priv_data, name, value, 0);
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return false;
    encoder = std::move(context);
    encoder_name = candidate.name;
    return true;
}

void VideoFile::State::make_frame() {
    frame = made(av_frame_alloc());
    frame->format = encoder->pix_fmt;
    frame->width = options.size.width;
    frame->height = options.size.height;
    frame->colorspace = encoder->colorspace;
    frame->color_range = encoder->color_range;
    check(av_frame_get_buffer(frame.get(), 0), "begin");
}

/// The place of a picture of that size in the middle of the frame.
void VideoFile::State::fit(Size size) {
    picture = size;
    source = shown_of(size);
    const Size whole = options.size;
    const double scale = std::min(1.0 * whole.width / source.width, 1.0 * whole.height / source.height);
    const auto scaled = [&](int side, int most) { return std::min(even(static_cast<int>(side * scale + 0.5)), most); };
    place.width = scaled(source.width, whole.width);
    place.height = scaled(source.height, whole.height);
    place.x = (whole.width - place.width) / 4 * 2;
    place.y = (whole.height - place.height) / 4 * 2;
    blacken();
}

void VideoFile::State::blacken() {
    for (int plane = 0; plane < 3; ++plane) {
        const int rows = plane == 0 ? frame->height : frame->height / 2;
        std::fill_n(frame->data[plane], static_cast<std::size_t>(frame->linesize[plane] * rows),
                    static_cast<std::uint8_t>(plane == 0 ? 16 : 128));
    }
}

void VideoFile::State::convert(const vnc::Picture& drawn, const Rect& changed) {
    check(av_frame_make_writable(frame.get()), "write");
    int top = 0, rows = 0;
    if (drawn.size != picture) {
        fit(drawn.size);
        rows = source.height;
    } else if (place.width != source.width || place.height != source.height) {
        rows = source.height;
    } else {
        // Where nothing is scaled, rows do not depend on each other, but two by two: colours are halved. What has
        // changed is converted as a picture of its own.
        top = changed.y / 2 * 2;
        rows = std::min(source.height, (changed.y + changed.height + 1) / 2 * 2) - top;
    }
    if (rows <= 0) return;
    const bool whole = rows == source.height;
    const int to_rows = whole ? place.height : rows;
    const bool scales = place.width != source.width || to_rows != rows;
    scaler = made(sws_getCachedContext(scaler.release(), source.width, rows, AV_PIX_FMT_BGR0, place.width, to_rows,
                                       AV_PIX_FMT_YUV420P, scales ? SWS_AREA : SWS_POINT, nullptr, nullptr, nullptr));
    std::uint8_t* planes[4] = {};
    for (int plane = 0; plane < 3; ++plane) {
        const int half = plane == 0 ? 1 : 2;
        planes[plane] = frame->data[plane] + (place.y + top) / half * frame->linesize[plane] + place.x / half;
    }
    const auto* pixels = reinterpret_cast<const std::uint8_t*>(drawn.row(top));
    const int stride = drawn.size.width * 4;
    check(sws_scale(scaler.get(), &pixels, &stride, 0, rows, planes, frame->linesize), "convert");
}

void VideoFile::State::encode(AVFrame* next) {
    check(avcodec_send_frame(encoder.get(), next), "encode");
    for (;;) {
        const int got = avcodec_receive_packet(encoder.get(), packet.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
        check(got, "encode");
        if (holding) write_held(packet->pts);
        av_packet_move_ref(held.get(), packet.get());
        holding = true;
    }
}

void VideoFile::State::write_held(std::int64_t end_ms) {
    held->duration = end_ms - held->pts;
    held->stream_index = stream->index;
    av_packet_rescale_ts(held.get(), milliseconds, stream->time_base);
    check(av_interleaved_write_frame(container.get(), held.get()), "write");
    holding = false;
}

void VideoFile::add(const vnc::Picture& picture, const Rect& changed, std::int64_t at_ms) {
    auto& s = *state_;
    s.convert(picture, changed);
    const bool key = at_ms == 0 || at_ms - s.last_key_ms >= key_picture_ms;
    if (key) s.last_key_ms = at_ms;
    s.frame->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    s.frame->pts = at_ms;
    s.encode(s.frame.get());
}

void VideoFile::finish(std::int64_t end_ms) {
    auto& s = *state_;
    s.encode(nullptr);
    if (s.holding) s.write_held(end_ms);
    check(av_write_trailer(s.container.get()), "finish");
    check(avio_closep(&s.container->pb), "finish");
}

}  // namespace pronto::fbs
