#include "rfb-ext/fbs/movie_file.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace pronto::fbs {

namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

}  // namespace

MovieFile::MovieFile(std::filesystem::path path, const KeyRing* keys)
    : path_(std::move(path)), file_(open_plain(path_, keys)) {}

std::optional<Message> MovieFile::next() {
    if (!error_.empty()) return std::nullopt;
    for (;;) {
        auto message = reader_.next();
        if (!message) {
            error_ = fmt::format("{}, at or before byte {}", message.error().message(), reader_.blocks().position());
            return std::nullopt;
        }
        if (*message) return std::move(*message);
        if (feed()) continue;
        if (!error_.empty()) return std::nullopt;
        ended_in_start_ = !init();
        if (ended_in_start_) error_ = "it ends before it says how large the picture is";
        return std::nullopt;
    }
}

void MovieFile::enter(std::uint64_t offset) {
    bytes_ = offset;
    error_.clear();
    reader_ = MovieReader(wire::ServerInit(init().value()), offset);
}

void MovieFile::start_again() {
    bytes_ = 0;
    error_.clear();
    reader_ = MovieReader();
}

std::string MovieFile::cut() const {
    if (cut_bytes() > 0)
        return fmt::format("cut, its last {} bytes belong to something that is not whole", cut_bytes());
    return file_->lacks_end() ? "cut, its end was never sealed" : "";
}

/// False at the end of the file, or where it is damaged.
bool MovieFile::feed() {
    Bytes chunk(chunk_bytes);
    try {
        chunk.resize(file_->read_at(bytes_, chunk));
    } catch (const DamagedBytes& damage) {
        error_ = damage.what();
        return false;
    }
    bytes_ += chunk.size();
    reader_.feed(chunk);
    return !chunk.empty();
}

}  // namespace pronto::fbs
