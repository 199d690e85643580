#include "rfb-ext/fbs/plain_bytes.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rfb-ext/fbs/seal.hpp"
#include "rfb-ext/fbs/sealed_bytes.hpp"

namespace pronto::fbs {

namespace fs = std::filesystem;

namespace {

Bytes start_of(PlainBytes& file) {
    Bytes start(longest_seal_header_bytes);
    start.resize(read_full(file, 0, start));
    return start;
}

}  // namespace

DiskBytes::DiskBytes(fs::path file) : file_(std::move(file)), fd_(::open(file_.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) fail();
    struct stat facts = {};
    if (::fstat(fd_, &facts) != 0 || S_ISDIR(facts.st_mode)) {
        const int reason = S_ISDIR(facts.st_mode) ? EISDIR : errno;
        ::close(fd_);
        errno = reason;
        fail();
    }
}

DiskBytes::~DiskBytes() {
    ::close(fd_);
}

void DiskBytes::fail() const {
    throw std::runtime_error(fmt::format("cannot read {}: {}", file_.string(), std::strerror(errno)));
}

std::size_t DiskBytes::read_at(std::uint64_t offset, std::span<Byte> to) {
    if (offset > INT64_MAX) return 0;
    for (;;) {
        const ssize_t got = ::pread(fd_, to.data(), to.size(), static_cast<off_t>(offset));
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) fail();
    }
}

std::uint64_t DiskBytes::size() {
    struct stat facts = {};
    if (::fstat(fd_, &facts) != 0) fail();
    return static_cast<std::uint64_t>(facts.st_size);
}

std::size_t read_full(PlainBytes& file, std::uint64_t offset, std::span<Byte> to) {
    std::size_t got = 0;
    for (std::size_t more = 1; more > 0 && got < to.size(); got += more)
        more = file.read_at(offset + got, to.subspan(got));
    return got;
}

std::uint64_t copy_plain(PlainBytes& file, const std::function<void(ByteView)>& write) {
    Bytes piece(longest_chunk_bytes);
    std::uint64_t copied = 0;
    while (const std::size_t got = file.read_at(copied, piece)) {
        write(ByteView(piece).first(got));
        copied += got;
    }
    return copied;
}

std::unique_ptr<PlainBytes> open_plain(const fs::path& file, const KeyRing* keys) {
    auto disk = std::make_unique<DiskBytes>(file);
    const auto start = start_of(*disk);
    if (!begins_sealed(start)) return disk;
    return std::make_unique<SealedBytes>(std::move(disk), file, keys);
}

std::uint64_t plain_size(const fs::path& file) {
    DiskBytes disk(file);
    const auto start = start_of(disk);
    if (!begins_sealed(start)) return disk.size();
    const auto header = read_seal_header(start);
    if (!header) throw std::runtime_error(fmt::format("{}: {}", file.string(), no_seal_header));
    ChunkTable chunks(header->bytes);
    chunks.walk(disk);
    if (!chunks.damage().empty()) throw std::runtime_error(fmt::format("{}: {}", file.string(), chunks.damage()));
    return chunks.plain_bytes();
}

bool is_sealed(const fs::path& file) {
    DiskBytes disk(file);
    return begins_sealed(start_of(disk));
}

}  // namespace pronto::fbs
