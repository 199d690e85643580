#include "rfb-ext/fbs/video_file.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "rfb-ext/fbs/libav.hpp"
#include "rfb-ext/fbs/video_frame.hpp"
#include "rfb-ext/fbs/vpx_encoder.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace pronto::fbs {

namespace {

constexpr AVRational milliseconds{1, 1000};
/// A player that seeks finds a whole picture at least so often.
constexpr std::int64_t key_picture_ms = 10'000;

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

}  // namespace

struct VideoFile::State {
    Options options;
    std::string encoder_name;
    Owned<AVFormatContext> container;
    std::unique_ptr<VpxEncoder> vpx;  ///< of VP9, else:
    Owned<AVCodecContext> encoder;
    std::optional<VideoFrame> frame;
    Owned<AVPacket> packet;
    Owned<AVPacket> held;  ///< its duration is known when the next one comes
    AVStream* stream = nullptr;
    std::int64_t last_key_ms = 0;
    bool holding = false;

    void open(const std::string& path);
    void open_encoder();
    void describe(AVCodecParameters& to) const;
    bool try_encoder(const Candidate& candidate);
    void encode_vpx(const std::vector<Rect>& changed, bool key, std::int64_t at_ms);
    void encode(AVFrame* next);
    void hold();
    void write_held(std::int64_t end_ms);
};

VideoFile::VideoFile(const std::string& path, const Options& options) : state_(std::make_unique<State>()) {
    state_->options = options;
    state_->options.size = {even_side(options.size.width), even_side(options.size.height)};
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
    frame.emplace(options.size);
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

void VideoFile::State::encode_vpx(const std::vector<Rect>& changed, bool key, std::int64_t at_ms) {
    const auto bytes = vpx->encode(frame->planes(), changed, key, at_ms);
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
    const auto areas = s.frame->draw(picture, changed);
    if (areas.empty()) return false;
    const bool key = at_ms == 0 || at_ms - s.last_key_ms >= key_picture_ms;
    if (key) s.last_key_ms = at_ms;
    if (s.vpx) {
        s.encode_vpx(areas, key, at_ms);
        return true;
    }
    AVFrame* next = s.frame->frame();
    next->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    next->pts = at_ms;
    s.encode(next);
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
