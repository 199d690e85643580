#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "repeater/net/leg.hpp"

namespace pronto::net {

namespace {

/// After so much without a wait others have the thread: one bulk flow must not keep a key press of another waiting.
constexpr int most_in_a_row = 16;
constexpr std::size_t most_bytes_in_a_row = 96 * 1024;

bool must_wait(const ErrorCode& error) { return error == asio::error::would_block || error == asio::error::try_again; }

/// A bare TCP connection of a standard VNC program.
class PlainLeg final : public Leg {
public:
    PlainLeg(asio::ip::tcp::socket socket, Bytes early) : socket_(std::move(socket)), early_(std::move(early)) {
        socket_.non_blocking(true);
    }

    asio::awaitable<Result<void>> accept() override { co_return Result<void>(); }

    asio::awaitable<Result<ByteView>> read() override {
        if (!early_.empty()) {
            given_ = std::exchange(early_, {});
            co_return ByteView(given_);
        }
        co_await be_fair();
        // Asio would fill a buffer before it calls us, and the thread's buffer may be in use till then: so wait, then read.
        for (;;) {
            const auto buffer = thread_buffer();
            ErrorCode error;
            const std::size_t got = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
            if (!error) {
                bytes_in_a_row_ += got;
                co_return ByteView(buffer.first(got));
            }
            if (!must_wait(error)) co_return error;
            in_a_row_ = 0;
            bytes_in_a_row_ = 0;
            const auto [problem] = co_await socket_.async_wait(asio::socket_base::wait_read, asio::as_tuple(asio::use_awaitable));
            if (problem) co_return problem;
        }
    }

    asio::awaitable<Result<void>> write(ByteView bytes) override {
        ErrorCode error;
        std::size_t sent = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        if (error && !must_wait(error)) co_return error;
        if (error) sent = 0;
        written_ += sent;
        if (sent == bytes.size()) co_return Result<void>();
        const auto rest = bytes.subspan(sent);
        const Bytes waiting(rest.begin(), rest.end());
        const auto data = asio::buffer(waiting);
        for (std::size_t done = 0; done < waiting.size();) {
            const auto [problem, more] = co_await socket_.async_write_some(data + done, asio::as_tuple(asio::use_awaitable));
            if (problem) co_return problem;
            done += more;
            written_ += more;
        }
        co_return Result<void>();
    }

    std::uint64_t taken() const override {
        return socket_.is_open() ? written_ - waiting_in(const_cast<asio::ip::tcp::socket&>(socket_).native_handle()) : 0;
    }

    void close() override {
        ErrorCode ignored;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        socket_.close(ignored);
    }

private:
    asio::awaitable<void> be_fair() {
        if (++in_a_row_ < most_in_a_row && bytes_in_a_row_ < most_bytes_in_a_row) co_return;
        in_a_row_ = 0;
        bytes_in_a_row_ = 0;
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    }

    asio::ip::tcp::socket socket_;
    Bytes early_;
    Bytes given_;
    std::uint64_t written_ = 0;
    int in_a_row_ = 0;
    std::size_t bytes_in_a_row_ = 0;
};

}  // namespace

std::unique_ptr<Leg> make_plain_leg(asio::ip::tcp::socket socket, Bytes early) {
    return std::make_unique<PlainLeg>(std::move(socket), std::move(early));
}

}  // namespace pronto::net
