#include "repeater/net/leg.hpp"

#include <utility>

#include <linux/sockios.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace pronto::net {

namespace {

constexpr std::string_view switching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: pronto-stream\r\n\r\n";

/// A TLS connection's parts, which somebody has to close if they never land.
class TlsArrival : public Arrival {
public:
    explicit TlsArrival(tunnel::TlsStream::Parts parts) : parts_(std::move(parts)) {}
    ~TlsArrival() override {
        if (parts_.descriptor >= 0) ::close(parts_.descriptor);
    }

protected:
    tunnel::TlsStream stream_on(asio::io_context& thread) {
        auto parts = std::exchange(parts_, {});
        parts_.descriptor = -1;
        return tunnel::TlsStream::adopt(thread.get_executor(), std::move(parts));
    }

private:
    tunnel::TlsStream::Parts parts_;
};

class UpgradeArrival final : public TlsArrival {
public:
    explicit UpgradeArrival(Upgrade upgrade)
        : TlsArrival(std::move(upgrade.parts)),
          head_(std::move(upgrade.head)),
          early_(std::move(upgrade.early)),
          websocket_(upgrade.websocket) {}
    std::unique_ptr<Leg> land(asio::io_context& thread) override {
        auto stream = stream_on(thread);
        if (websocket_) return make_websocket_leg(std::move(stream), std::move(head_));
        return make_raw_leg(std::move(stream), std::move(early_), switching);
    }

private:
    std::string head_;
    Bytes early_;
    bool websocket_;
};

class StandardTlsArrival final : public TlsArrival {
public:
    StandardTlsArrival(tunnel::TlsStream::Parts parts, Bytes early) : TlsArrival(std::move(parts)), early_(std::move(early)) {}
    std::unique_ptr<Leg> land(asio::io_context& thread) override {
        return make_raw_leg(stream_on(thread), std::move(early_), {});
    }

private:
    Bytes early_;
};

class PlainArrival final : public Arrival {
public:
    PlainArrival(asio::ip::tcp::socket socket, Bytes early)
        : protocol_(socket.local_endpoint().protocol()), descriptor_(socket.release()), early_(std::move(early)) {}
    ~PlainArrival() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    std::unique_ptr<Leg> land(asio::io_context& thread) override {
        asio::ip::tcp::socket socket(thread, protocol_, std::exchange(descriptor_, -1));
        return make_plain_leg(std::move(socket), std::move(early_));
    }

private:
    asio::ip::tcp protocol_;
    int descriptor_;
    Bytes early_;
};

}  // namespace

std::unique_ptr<Arrival> arrival_of(Upgrade upgrade) {
    return std::make_unique<UpgradeArrival>(std::move(upgrade));
}

std::unique_ptr<Arrival> arrival_of(tunnel::TlsStream::Parts parts, Bytes early) {
    return std::make_unique<StandardTlsArrival>(std::move(parts), std::move(early));
}

std::unique_ptr<Arrival> arrival_of(asio::ip::tcp::socket socket, Bytes early) {
    return std::make_unique<PlainArrival>(std::move(socket), std::move(early));
}

std::span<Byte> thread_buffer() {
    thread_local const auto buffer = std::make_unique_for_overwrite<Byte[]>(read_bytes);
    return {buffer.get(), read_bytes};
}

std::uint64_t waiting_in(int descriptor) {
    int waiting = 0;
    return ::ioctl(descriptor, SIOCOUTQ, &waiting) == 0 ? static_cast<std::uint64_t>(waiting) : 0;
}

std::uint64_t taken_by_peer(const tunnel::TlsStream& stream) {
    if (!stream.is_open()) return 0;
    return BIO_number_written(SSL_get_wbio(stream.native_handle())) - waiting_in(SSL_get_fd(stream.native_handle()));
}

}  // namespace pronto::net
