#include <utility>

#include <boost/asio/error.hpp>

#include "repeater/net/leg.hpp"

namespace pronto::net {

namespace {

class RawLeg final : public Leg {
public:
    RawLeg(tunnel::TlsStream stream, Bytes early, std::string_view answer)
        : stream_(std::move(stream)), early_(std::move(early)), answer_(answer) {}

    asio::awaitable<Result<void>> accept() override { co_return co_await stream_.write(as_bytes(answer_)); }

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
    std::string_view answer_;
};

}  // namespace

std::unique_ptr<Leg> make_raw_leg(tunnel::TlsStream stream, Bytes early, std::string_view answer) {
    return std::make_unique<RawLeg>(std::move(stream), std::move(early), answer);
}

}  // namespace pronto::net
