#include <utility>

#include <boost/asio/error.hpp>

#include "repeater/net/leg.hpp"

namespace pronto::net {

namespace {

constexpr std::string_view accepted =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: pronto-stream\r\n\r\n";

/// One buffer a thread serves all its legs: bytes are passed on before anybody else reads. Idle legs hold nothing.
std::span<Byte> thread_buffer() {
    thread_local const auto buffer = std::make_unique_for_overwrite<Byte[]>(read_bytes);
    return {buffer.get(), read_bytes};
}

class RawLeg final : public Leg {
public:
    RawLeg(tunnel::TlsStream stream, Bytes early) : stream_(std::move(stream)), early_(std::move(early)) {}

    asio::awaitable<Result<void>> accept() override { co_return co_await stream_.write(as_bytes(accepted)); }

    asio::awaitable<Result<ByteView>> read() override {
        if (!early_.empty()) {
            given_ = std::exchange(early_, {});
            co_return ByteView(given_);
        }
        const auto buffer = thread_buffer();
        const auto got = co_await stream_.read(buffer);
        if (got.has_error()) co_return got.error();
        co_return ByteView(buffer.first(got.value()));
    }

    asio::awaitable<Result<void>> write(ByteView bytes) override {
        const auto taken = stream_.write_now(bytes);
        if (taken.has_error()) co_return taken.error();
        if (taken.value() == bytes.size()) co_return Result<void>();
        const auto rest = bytes.subspan(taken.value());
        const Bytes waiting(rest.begin(), rest.end());
        co_return co_await stream_.write(ByteView(waiting));
    }

    std::uint64_t taken() const override { return taken_by_peer(stream_); }

    void close() override {
        stream_.close_gracefully();
        stream_.close();
    }

private:
    tunnel::TlsStream stream_;
    Bytes early_;
    Bytes given_;
};

}  // namespace

std::unique_ptr<Leg> make_raw_leg(tunnel::TlsStream stream, Bytes early) {
    return std::make_unique<RawLeg>(std::move(stream), std::move(early));
}

}  // namespace pronto::net
