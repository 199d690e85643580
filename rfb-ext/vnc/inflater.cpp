#include "rfb-ext/vnc/inflater.hpp"

#include <limits>
#include <new>

#include <fmt/format.h>
#include <zlib.h>

namespace pronto::vnc {

struct Inflater::State {
    z_stream zlib{};
    Bytes given;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
    if (inflateInit(&state_->zlib) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
    inflateEnd(&state_->zlib);
}

void Inflater::give(Bytes compressed) {
    state_->given = std::move(compressed);
    state_->zlib.next_in = state_->given.data();
    state_->zlib.avail_in = static_cast<uInt>(state_->given.size());
}

std::size_t Inflater::inflate(Byte* to, std::size_t count) {
    auto& zlib = state_->zlib;
    std::size_t came = 0;
    while (came < count) {
        const auto room = std::min<std::size_t>(count - came, std::numeric_limits<uInt>::max());
        zlib.next_out = to + came;
        zlib.avail_out = static_cast<uInt>(room);
        const int outcome = ::inflate(&zlib, Z_SYNC_FLUSH);
        if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
            throw BrokenStream(fmt::format("compressed data are damaged ({})", zlib.msg ? zlib.msg : "zlib"));
        const auto now = room - zlib.avail_out;
        came += now;
        if (now == 0 || outcome == Z_STREAM_END) break;
    }
    return came;
}

void Inflater::read(Byte* to, std::size_t count) {
    if (inflate(to, count) != count) throw BrokenStream("compressed data are too short for their rectangle");
}

void Inflater::finish() {
    Byte more = 0;
    if (inflate(&more, 1) != 0 || state_->zlib.avail_in != 0)
        throw BrokenStream("compressed data do not fill their rectangle exactly");
    state_->given = {};
}

}  // namespace pronto::vnc
