#include "rfb-ext/fbs/movie_file.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

namespace pronto::fbs {

namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw std::runtime_error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
}

}  // namespace

MovieFile::MovieFile(std::filesystem::path path) : path_(std::move(path)), in_(path_, std::ios::binary) {
    if (!in_) fail(path_);
    if (std::filesystem::is_directory(path_)) {
        errno = EISDIR;
        fail(path_);
    }
}

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
        if (!init()) error_ = "it ends before it says how large the picture is";
        return std::nullopt;
    }
}

void MovieFile::enter(std::uint64_t offset) {
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    if (!in_) fail(path_);
    bytes_ = offset;
    error_.clear();
    reader_ = MovieReader(wire::ServerInit(init().value()), offset);
}

/// False at the end of the file.
bool MovieFile::feed() {
    Bytes chunk(chunk_bytes);
    in_.read(reinterpret_cast<char*>(chunk.data()), static_cast<std::streamsize>(chunk.size()));
    if (in_.bad()) fail(path_);
    chunk.resize(static_cast<std::size_t>(in_.gcount()));
    bytes_ += chunk.size();
    reader_.feed(chunk);
    return !chunk.empty();
}

}  // namespace pronto::fbs
