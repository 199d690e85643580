#include "repeater/recording/movie_bytes.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/fbs/plain_bytes.hpp"

namespace pronto::recording {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
    throw std::runtime_error(fmt::format("cannot read {}: {}", file.string(), why));
}

}  // namespace

std::optional<MovieBytes> MovieBytes::open(const std::filesystem::path& file, const fbs::KeyRing* keys) {
    const auto status = std::filesystem::symlink_status(file);
    if (!std::filesystem::exists(status)) return std::nullopt;
    if (!std::filesystem::is_regular_file(status)) fail(file, "it is no ordinary file");
    return MovieBytes(file, fbs::open_plain(file, keys));
}

MovieBytes::MovieBytes(std::filesystem::path file, std::unique_ptr<fbs::PlainBytes> bytes)
    : file_(std::move(file)), bytes_(std::move(bytes)), size_(bytes_->size()) {}
MovieBytes::MovieBytes(MovieBytes&& other) noexcept = default;
MovieBytes::~MovieBytes() = default;

bool MovieBytes::sealed() const {
    return bytes_->sealed();
}

std::string MovieBytes::read(std::uint64_t first, std::size_t bytes) const {
    std::string piece(bytes, '\0');
    try {
        const auto got = fbs::read_full(*bytes_, first, {reinterpret_cast<Byte*>(piece.data()), piece.size()});
        if (got < bytes) fail(file_, "it ends before it should");
    } catch (const fbs::DamagedBytes& damage) {
        fail(file_, damage.what());
    }
    return piece;
}

}  // namespace pronto::recording
