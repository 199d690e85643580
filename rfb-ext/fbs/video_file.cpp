#include "rfb-ext/fbs/video_file.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "rfb-ext/fbs/encoded_picture.hpp"
#include "rfb-ext/fbs/vpx_encoder.hpp"
#include "rfb-ext/vnc/rects.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace pronto::fbs {

namespace {

constexpr AVRational milliseconds{1, 1000};
constexpr auto pixel_format = AV_PIX_FMT_YUV420P;
constexpr auto colour_range = AVCOL_RANGE_MPEG;
constexpr auto colour_space = AVCOL_SPC_SMPTE170M;
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

/// For H.264, the fastest that looks well: text stays sharp at these qualities, and a screen mostly stands still.
std::vector<Candidate> candidates() {
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
    std::unique_ptr<VpxEncoder> vpx;  ///< of VP9, else:
    Owned<AVCodecContext> encoder;
    EncodedPicture encoded;
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
    void describe(AVCodecParameters& to) const;
    bool try_encoder(const Candidate& candidate);
    void make_frame();
    void fit(Size size);
    void blacken();
    std::vector<Rect> convert(const vnc::Picture& drawn, const std::vector<Rect>& changed);
    void scale(const vnc::Picture& drawn);
    Planes planes() const {
        return {{frame->data[0], frame->data[1], frame->data[2]},
                {frame->linesize[0], frame->linesize[1], frame->linesize[2]}};
    }
    void encode_vpx(const std::vector<Rect>& changed, bool key, std::int64_t at_ms);
    void encode(AVFrame* next);
    void hold();
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
    describe(*stream->codecpar);
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
    if (options.format == VideoFormat::webm) {
        vpx = std::make_unique<VpxEncoder>(options.size);
        encoder_name = "libvpx-vp9";
        return;
    }
    const auto all = candidates();
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
    context->pix_fmt = pixel_format;
    context->time_base = milliseconds;
    context->framerate = {25, 1};  // what rate control reckons with
    context->gop_size = 1'000;     // key pictures come by the clock
    context->bit_rate = candidate.most_bits_a_second;
    context->max_b_frames = 0;
    context->thread_count = static_cast<int>(options.threads);
    context->color_range = colour_range;
    context->colorspace = colour_space;
    if (container->oformat->flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    for (const auto& [name, value] : candidate.settings) av_opt_set(context->priv_data, name, value, 0);
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return false;
    encoder = std::move(context);
    encoder_name = candidate.name;
    return true;
}

void VideoFile::State::describe(AVCodecParameters& to) const {
    if (encoder) return check(avcodec_parameters_from_context(&to, encoder.get()), "describe");
    to.codec_type = AVMEDIA_TYPE_VIDEO;
    to.codec_id = AV_CODEC_ID_VP9;
    to.format = pixel_format;
    to.width = options.size.width;
    to.height = options.size.height;
    to.color_range = colour_range;
    to.color_space = colour_space;
}

void VideoFile::State::make_frame() {
    frame = made(av_frame_alloc());
    frame->format = pixel_format;
    frame->width = options.size.width;
    frame->height = options.size.height;
    frame->colorspace = colour_space;
    frame->color_range = colour_range;
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

/// What has changed in the frame.
std::vector<Rect> VideoFile::State::convert(const vnc::Picture& drawn, const std::vector<Rect>& changed) {
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

void VideoFile::State::scale(const vnc::Picture& drawn) {
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

void VideoFile::State::encode_vpx(const std::vector<Rect>& changed, bool key, std::int64_t at_ms) {
    const auto bytes = vpx->encode(planes(), changed, key, at_ms);
    check(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "encode");
    std::copy(bytes.begin(), bytes.end(), packet->data);
    packet->pts = packet->dts = at_ms;
    if (key) packet->flags |= AV_PKT_FLAG_KEY;
    hold();
}

void VideoFile::State::encode(AVFrame* next) {
    check(avcodec_send_frame(encoder.get(), next), "encode");
    for (;;) {
        const int got = avcodec_receive_packet(encoder.get(), packet.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
        check(got, "encode");
        hold();
    }
}

/// The packet waits for the next one, whose moment is its end.
void VideoFile::State::hold() {
    if (holding) write_held(packet->pts);
    av_packet_move_ref(held.get(), packet.get());
    holding = true;
}

void VideoFile::State::write_held(std::int64_t end_ms) {
    held->duration = end_ms - held->pts;
    held->stream_index = stream->index;
    av_packet_rescale_ts(held.get(), milliseconds, stream->time_base);
    check(av_interleaved_write_frame(container.get(), held.get()), "write");
    holding = false;
}

bool VideoFile::add(const vnc::Picture& picture, const Rect& changed, std::int64_t at_ms) {
    auto& s = *state_;
    const auto areas = s.convert(picture, s.encoded.take(picture, changed));
    if (areas.empty()) return false;
    const bool key = at_ms == 0 || at_ms - s.last_key_ms >= key_picture_ms;
    if (key) s.last_key_ms = at_ms;
    if (s.vpx) {
        s.encode_vpx(areas, key, at_ms);
        return true;
    }
    s.frame->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    s.frame->pts = at_ms;
    s.encode(s.frame.get());
    return true;
}

void VideoFile::finish(std::int64_t end_ms) {
    auto& s = *state_;
    if (s.encoder) s.encode(nullptr);
    if (s.holding) s.write_held(end_ms);
    check(av_write_trailer(s.container.get()), "finish");
    check(avio_closep(&s.container->pb), "finish");
}

}  // namespace pronto::fbs
