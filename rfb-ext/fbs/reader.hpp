#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/fbs/errors.hpp"
#include "rfb-ext/wire/server_stream.hpp"

/// Readers of FBS 001.000 movies, ours and others'. They take bytes as they come, do no I/O, and hold no more than one
/// block or one message. A file that ends in the middle of something is no error (a crash must not make a movie
/// unreadable): all that is whole is read, and unfinished() says that there was more.
namespace pronto::fbs {

/// Takes a file apart into its blocks.
class BlockReader {
public:
    static constexpr std::size_t longest_block_bytes = 16 << 20;

    struct Block {
        ByteView data;  ///< not empty; valid until the next call
        std::uint32_t at_ms = 0;
    };
    BlockReader() = default;
    /// Begins within a file, where a block starts.
    explicit BlockReader(std::uint64_t position) : position_(position), signed_(true) {}

    void feed(ByteView more);
    /// The next whole block, nothing if it is not whole yet, or what is wrong (the reader is then useless).
    Result<std::optional<Block>> next();

    /// Where in the file the next block starts.
    std::uint64_t position() const { return position_; }
    std::uint64_t blocks() const { return blocks_; }
    /// Bytes of a block (or of the signature) that has not come whole.
    std::size_t unfinished() const { return held_.size() - begin_; }

private:
    Bytes held_;
    std::size_t begin_ = 0;
    std::uint64_t position_ = 0;
    std::uint64_t blocks_ = 0;
    std::uint32_t last_ms_ = 0;
    bool signed_ = false;
};

/// One server message (wire::server), whole.
struct Message {
    int type = 0;
    Bytes bytes;              ///< the type byte included
    std::uint32_t at_ms = 0;  ///< of the block that it began in
};

/// Can a canonical movie be entered at this message? Its key frames begin with DesktopSize, which comes nowhere else in
/// it.
bool is_key_frame(const Message& message);
/// An update that only says that time has passed.
bool is_heartbeat(const Message& message);

/// Takes a movie apart into its messages, each measured by wire::ServerStream: what comes out names no encoding, area
/// or length that the hub would not let pass.
class MovieReader {
public:
    /// Twice the largest picture sent Raw.
    static constexpr std::size_t longest_message_bytes = 512 << 20;

    MovieReader() = default;
    /// Begins within a movie whose start is known, where a block and a message start together: at a key frame.
    MovieReader(const wire::ServerInit& init, std::uint64_t position);

    void feed(ByteView more) { blocks_.feed(more); }
    /// The next whole message, nothing if it is not whole yet, or what is wrong: an FbsError or a wire::WireError.
    Result<std::optional<Message>> next();

    /// What the stream starts with, once it has been read (which next() does).
    const std::optional<wire::ServerInit>& init() const { return init_; }
    const BlockReader& blocks() const { return blocks_; }
    /// Bytes of something that has not come whole: if the file ended here, it is cut.
    std::size_t unfinished() const { return blocks_.unfinished() + data_.size() - at_ + message_.bytes.size(); }

private:
    enum class Step { taken, waiting };
    Result<Step> step();
    Result<Step> more_data();
    Result<Step> start();
    void begin_stream(const wire::ServerInit& init);
    Result<Step> gather();

    BlockReader blocks_;
    Bytes data_;  ///< of the stream, from whole blocks, from at_ on not yet used
    std::size_t at_ = 0;
    std::uint32_t data_ms_ = 0;
    std::optional<wire::ServerInit> init_;
    std::unique_ptr<wire::ServerStream> stream_;
    Message message_;  ///< as far as it has come
    bool whole_ = false;
};

}  // namespace pronto::fbs
