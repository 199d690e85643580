#include "rfb-ext/vnc/jpeg.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>

#include "rfb-ext/vnc/byte_source.hpp"

namespace pronto::vnc {

namespace {

/// libjpeg reports errors by a function that must not return.
struct Errors {
    jpeg_error_mgr manager;
    std::jmp_buf escape;
    char words[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
    auto* errors = reinterpret_cast<Errors*>(info->err);
    info->err->format_message(info, errors->words);
    std::longjmp(errors->escape, 1);
}

void refuse(jpeg_decompress_struct& info, const char* why) {
    auto* errors = reinterpret_cast<Errors*>(info.err);
    std::snprintf(errors->words, sizeof errors->words, "%s", why);
    std::longjmp(errors->escape, 1);
}

void draw(jpeg_decompress_struct& info, ByteView jpeg, Picture& picture, const Rect& area) {
    jpeg_mem_src(&info, jpeg.data(), static_cast<unsigned long>(jpeg.size()));
    jpeg_read_header(&info, TRUE);
    if (info.image_width != static_cast<JDIMENSION>(area.width) ||
        info.image_height != static_cast<JDIMENSION>(area.height))
        refuse(info, "its size is not the rectangle's");
    if (info.progressive_mode || info.arith_code) refuse(info, "it is not a baseline picture");
    info.out_color_space = JCS_EXT_BGRX;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        std::uint32_t* pixels = picture.row(area.y + static_cast<int>(info.output_scanline)) + area.x;
        auto* row = reinterpret_cast<JSAMPLE*>(pixels);
        jpeg_read_scanlines(&info, &row, 1);
        for (int x = 0; x < area.width; ++x) pixels[x] &= 0xFFFFFF;
    }
    jpeg_finish_decompress(&info);
}

/// Nothing with a destructor may live here: errors jump back into it.
bool try_to_decode(Errors& errors, ByteView jpeg, Picture& picture, const Rect& area) {
    jpeg_decompress_struct info{};
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = leave;
    errors.manager.emit_message = [](j_common_ptr, int) {};
    errors.manager.output_message = [](j_common_ptr) {};
    if (setjmp(errors.escape) != 0) {
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_create_decompress(&info);
    draw(info, jpeg, picture, area);
    jpeg_destroy_decompress(&info);
    return true;
}

}  // namespace

void decode_jpeg(ByteView jpeg, Picture& picture, const Rect& area) {
    Errors errors{};
    if (!try_to_decode(errors, jpeg, picture, area))
        throw BrokenStream(std::string("a JPEG rectangle cannot be decoded: ") + errors.words);
}

/// libjpeg's own error handler would end the process, but nothing can fail here but memory: sizes are a screen's.
Bytes encode_jpeg(const Picture& picture, const Rect& area, int quality) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* made = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &made, &size);
    info.image_width = static_cast<JDIMENSION>(area.width);
    info.image_height = static_cast<JDIMENSION>(area.height);
    info.input_components = 4;
    info.in_color_space = JCS_EXT_BGRX;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        const std::uint32_t* pixels = picture.row(area.y + static_cast<int>(info.next_scanline)) + area.x;
        auto* row = reinterpret_cast<JSAMPLE*>(const_cast<std::uint32_t*>(pixels));
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    const std::unique_ptr<unsigned char, decltype(&std::free)> owned(made, &std::free);
    return Bytes(made, made + size);
}

}  // namespace pronto::vnc
