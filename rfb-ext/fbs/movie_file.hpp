#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "rfb-ext/fbs/plain_bytes.hpp"
#include "rfb-ext/fbs/reader.hpp"

namespace pronto::fbs {

/// A movie on disk, sealed or not, read from front to back, or from a key frame on, with bounded memory. All offsets
/// and sizes are those of its plain bytes.
class MovieFile {
public:
    /// Throws std::runtime_error naming the path and the reason if it cannot be opened, or is sealed and `keys` do not
    /// have its key. They may go afterwards.
    explicit MovieFile(std::filesystem::path path, const KeyRing* keys = nullptr);

    /// The next whole message; nothing at the end of the file or where it is damaged (see error()). Throws
    /// std::runtime_error if the disk cannot be read.
    std::optional<Message> next();

    /// The next message is the one that stands at that byte, where a block starts. init() must be known. What is not
    /// there, or is no message, comes out of next() as of any damaged file. Throws std::runtime_error if the disk
    /// cannot be read.
    void enter(std::uint64_t offset);
    /// As if it were opened again.
    void start_again();

    /// Known after the first call of next(), if the file has a whole start.
    const std::optional<wire::ServerInit>& init() const { return reader_.init(); }
    /// Read so far; of a movie that was entered: its end so far.
    std::uint64_t bytes() const { return bytes_; }
    /// Where in the file the block begins that comes behind the last message.
    std::uint64_t position() const { return reader_.blocks().position(); }
    std::uint64_t blocks() const { return reader_.blocks().blocks(); }
    /// As of now. Throws std::runtime_error if the disk cannot be read.
    std::uint64_t size() { return file_->size(); }
    bool sealed() const { return file_->sealed(); }
    /// Sealed: its name when it was sealed. Else empty.
    std::string sealed_name() const { return file_->sealed_name(); }
    /// Sealed: the id of the hub key. Else empty.
    std::string hub_key() const { return file_->hub_key(); }
    /// What is wrong with the file as far as it was read, with the offset; empty: nothing.
    const std::string& error() const { return error_; }
    /// Once next() has returned nothing: bytes at the end that belong to something that is not whole. Not an error.
    std::size_t cut_bytes() const { return reader_.unfinished() + file_->cut_bytes(); }
    /// The file ended within its start, which is an error: nothing can be shown of it. But a recording that was
    /// interrupted in its first moment looks like that.
    bool ended_in_start() const { return ended_in_start_; }
    /// How its end is cut, if it is: "cut, ...". Sealed files tell even if what was cut off was whole.
    std::string cut() const;

private:
    bool feed();

    std::filesystem::path path_;
    std::unique_ptr<PlainBytes> file_;
    std::uint64_t bytes_ = 0;
    MovieReader reader_;
    std::string error_;
    bool ended_in_start_ = false;
};

}  // namespace pronto::fbs
