#pragma once

#include <functional>
#include <string_view>

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/thread_end.hpp"

namespace pronto::vnc {

/// The client's end of a connected stream, used by one thread. Reading waits for the peer, and meanwhile sends what is to
/// be sent and looks after what other threads want (`woken`): a key press does not wait for the end of a large update.
class Connection final : public ByteSource {
public:
    /// Takes the descriptor over. `woken` is called on the thread that reads, after ThreadEnd::wake().
    Connection(int fd, ThreadEnd& end, std::function<void()> woken);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Throws BrokenStream when the connection has ended, or if the peer stops for `patience` within what is read.
    void read(Byte* to, std::size_t count) override;
    /// Waits, without end, until something can be read.
    void wait_for_data();
    /// What can be read at once; never empty (waits as read() does).
    ByteView peek();
    void consume(std::size_t count) { begin_ += count; }
    /// Queues; throws BrokenStream if the peer has taken nothing for so long that 1 MB waits.
    void send(ByteView bytes);

    static constexpr Millis patience{30'000};

private:
    void fill(bool forever);
    void flush();

    const int fd_;
    ThreadEnd& end_;
    std::function<void()> woken_;
    Bytes buffer_;
    std::size_t begin_ = 0;
    std::size_t end_of_data_ = 0;
    Bytes outgoing_;
};

}  // namespace pronto::vnc
