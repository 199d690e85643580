#include "rfb-ext/fbs/vpx_encoder.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

namespace pronto::fbs {

namespace {

constexpr int block_side = 16;  // of the active map
/// Of 0 to 63, the best first. Text is as sharp as on the screen; at 46 specks begin to stand around it.
constexpr int quality = 40;

}  // namespace

struct VpxEncoder::State {
    vpx_codec_ctx_t codec{};
    vpx_image_t image{};
    int columns = 0;
    int rows = 0;
    std::vector<unsigned char> active;  ///< 1 for each block that may change

    ~State() { vpx_codec_destroy(&codec); }
    void check(vpx_codec_err_t outcome, const char* doing) {
        if (outcome == VPX_CODEC_OK) return;
        const char* detail = vpx_codec_error_detail(&codec);
        throw std::runtime_error(fmt::format("cannot {} the video: {}{}{}", doing, vpx_codec_err_to_string(outcome),
                                             detail ? ": " : "", detail ? detail : ""));
    }
    void control(int what, int value) { check(vpx_codec_control_(&codec, what, value), "begin"); }
    void mark(const Rect& changed);
};

VpxEncoder::VpxEncoder(Size size) : state_(std::make_unique<State>()) {
    auto& s = *state_;
    s.columns = (size.width + block_side - 1) / block_side;
    s.rows = (size.height + block_side - 1) / block_side;
    vpx_codec_enc_cfg_t config{};
    s.check(vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0), "begin");
    config.g_w = static_cast<unsigned>(size.width);
    config.g_h = static_cast<unsigned>(size.height);
    config.g_timebase = {1, 1000};
    config.g_threads = 1;  // with more it waits for itself: it takes as long and more processor time
    config.g_lag_in_frames = 0;
    config.rc_end_usage = VPX_Q;
    config.rc_dropframe_thresh = 0;
    config.kf_mode = VPX_KF_DISABLED;  // they come when asked for
    s.check(vpx_codec_enc_init(&s.codec, vpx_codec_vp9_cx(), &config, 0), "begin");
    s.control(VP8E_SET_CPUUSED, 9);
    s.control(VP8E_SET_CQ_LEVEL, quality);
    s.control(VP8E_SET_STATIC_THRESHOLD, 1);
    s.control(VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN);
    // With a constant quality this refreshes nothing, but lets go of the active map of the picture before.
    s.control(VP9E_SET_AQ_MODE, 3);
    s.control(VP9E_SET_COLOR_SPACE, VPX_CS_SMPTE_170);
    s.active.resize(static_cast<std::size_t>(s.columns) * static_cast<std::size_t>(s.rows));
    // Each picture brings its planes; but without any data here, memory would be set aside.
    vpx_img_wrap(&s.image, VPX_IMG_FMT_I420, config.g_w, config.g_h, 1, s.active.data());
}

VpxEncoder::~VpxEncoder() = default;

void VpxEncoder::State::mark(const Rect& changed) {
    const int right = std::min(columns, (changed.x + changed.width + block_side - 1) / block_side);
    const int bottom = std::min(rows, (changed.y + changed.height + block_side - 1) / block_side);
    for (int row = changed.y / block_side; row < bottom; ++row)
        std::fill(active.begin() + row * columns + changed.x / block_side, active.begin() + row * columns + right, 1);
}

ByteView VpxEncoder::encode(const Planes& planes, const std::vector<Rect>& changed, bool key, std::int64_t at_ms) {
    auto& s = *state_;
    for (int plane = 0; plane < 3; ++plane) {
        s.image.planes[plane] = planes.data[plane];
        s.image.stride[plane] = planes.strides[plane];
    }
    std::fill(s.active.begin(), s.active.end(), 0);
    for (const Rect& area : changed) s.mark(area);
    vpx_active_map_t map{s.active.data(), static_cast<unsigned>(s.rows), static_cast<unsigned>(s.columns)};
    if (!key) s.check(vpx_codec_control(&s.codec, VP8E_SET_ACTIVEMAP, &map), "encode");
    s.check(vpx_codec_encode(&s.codec, &s.image, at_ms, 1, key ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME), "encode");
    vpx_codec_iter_t at = nullptr;
    while (const auto* packet = vpx_codec_get_cx_data(&s.codec, &at))
        if (packet->kind == VPX_CODEC_CX_FRAME_PKT)
            return {static_cast<const Byte*>(packet->data.frame.buf), packet->data.frame.sz};
    throw std::runtime_error("cannot encode the video: the encoder left out a picture");
}

}  // namespace pronto::fbs
