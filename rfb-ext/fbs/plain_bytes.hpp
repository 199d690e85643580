#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::fbs {

class KeyRing;

/// The file's content is not what was written. Where, but not in which file: whoever reads it knows that.
struct DamagedBytes : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A movie file's plain bytes, whether it is sealed or not, at any place. The file may grow meanwhile.
class PlainBytes {
public:
    virtual ~PlainBytes() = default;

    /// Up to so many bytes from there on: at least one, or none at the end. Throws DamagedBytes for what is not as it
    /// was written, std::runtime_error naming the file if the disk cannot be read.
    virtual std::size_t read_at(std::uint64_t offset, std::span<Byte> to) = 0;
    /// How many there are, as of now. Those behind a damage do not count.
    virtual std::uint64_t size() = 0;

    virtual bool sealed() const { return false; }
    /// Sealed: its name when it was sealed. Else empty.
    virtual std::string sealed_name() const { return {}; }
    /// Sealed: the id of the hub key. Else empty.
    virtual std::string hub_key() const { return {}; }
    /// Bytes at the file's end, as of now, that belong to something that is not whole: they do not count as plain
    /// bytes.
    virtual std::uint64_t cut_bytes() { return 0; }
    /// Sealed, and its end is not there: cut where something whole ends, or still being written.
    virtual bool lacks_end() { return false; }
};

/// Opens a file, which may be sealed; only then `keys` are needed. They may go as soon as it is open, and nothing needs
/// to be opened later. Damage is said when it is read. Throws std::runtime_error naming the file: it cannot be opened,
/// or is sealed and `keys` are missing (nullptr) or do not have the one it was sealed with.
std::unique_ptr<PlainBytes> open_plain(const std::filesystem::path& file, const KeyRing* keys);

/// How many plain bytes a file has, without a key. Throws std::runtime_error naming the file: it cannot be read, or is
/// sealed and damaged, as far as that shows without a key.
std::uint64_t plain_size(const std::filesystem::path& file);
/// Does it begin like a sealed file? Throws std::runtime_error naming the file if it cannot be read.
bool is_sealed(const std::filesystem::path& file);

/// Reads `to.size()` bytes, or fewer only at the end. Throws as read_at() does.
std::size_t read_full(PlainBytes& file, std::uint64_t offset, std::span<Byte> to);

/// Hands all plain bytes over, in order. Returns how many. Throws as read_at() does, and what `write` throws.
std::uint64_t copy_plain(PlainBytes& file, const std::function<void(ByteView)>& write);

/// Bytes of a descriptor's file, which it closes; in memory for tests and fuzzing there are others.
class DiskBytes final : public PlainBytes {
public:
    /// Throws std::runtime_error naming the file.
    explicit DiskBytes(std::filesystem::path file);
    ~DiskBytes() override;
    DiskBytes(const DiskBytes&) = delete;
    DiskBytes& operator=(const DiskBytes&) = delete;
    std::size_t read_at(std::uint64_t offset, std::span<Byte> to) override;
    std::uint64_t size() override;

private:
    [[noreturn]] void fail() const;
    std::filesystem::path file_;
    int fd_;
};

}  // namespace pronto::fbs
