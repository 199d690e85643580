#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace pronto::fbs {
class KeyRing;
class PlainBytes;
}  // namespace pronto::fbs

namespace pronto::recording {

/// The plain bytes of one file of a finished movie, sealed or not, wherever one looks: the one place through which the
/// hub's web side reads movies. A file that is deleted meanwhile can be read to its end.
class MovieBytes {
public:
    /// Nothing if there is no such file (any more). Throws std::runtime_error naming it if it cannot be opened, or is
    /// sealed with a key that is not among `keys`.
    static std::optional<MovieBytes> open(const std::filesystem::path& file, const fbs::KeyRing* keys);
    MovieBytes(MovieBytes&& other) noexcept;
    MovieBytes& operator=(MovieBytes&&) = delete;
    ~MovieBytes();

    std::uint64_t size() const { return size_; }
    /// Is the file itself sealed?
    bool sealed() const;
    /// Exactly those, which must lie within size(). Throws std::runtime_error if the disk cannot give them, or what is
    /// sealed was changed.
    std::string read(std::uint64_t first, std::size_t bytes) const;

private:
    MovieBytes(std::filesystem::path file, std::unique_ptr<fbs::PlainBytes> bytes);

    std::filesystem::path file_;
    std::unique_ptr<fbs::PlainBytes> bytes_;
    std::uint64_t size_;
};

}  // namespace pronto::recording
