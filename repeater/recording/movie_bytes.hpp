#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace pronto::recording {

/// The plain bytes of one file of a finished movie, wherever one looks: the one place through which the hub's web side
/// reads movies. It keeps nothing in memory; a file that is deleted meanwhile can be read to its end.
class MovieBytes {
public:
    /// Nothing if there is no such file (any more). Throws std::runtime_error naming it if it cannot be opened.
    static std::optional<MovieBytes> open(const std::filesystem::path& file);
    MovieBytes(MovieBytes&& other) noexcept;
    MovieBytes& operator=(MovieBytes&&) = delete;
    ~MovieBytes();

    std::uint64_t size() const { return size_; }
    /// Exactly those, which must lie within size(). Throws std::runtime_error if the disk cannot give them.
    std::string read(std::uint64_t first, std::size_t bytes) const;

private:
    MovieBytes(std::filesystem::path file, int fd, std::uint64_t size) : file_(std::move(file)), fd_(fd), size_(size) {}

    std::filesystem::path file_;
    int fd_;
    std::uint64_t size_;
};

}  // namespace pronto::recording
