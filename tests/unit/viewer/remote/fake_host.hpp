#pragma once

#include <array>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::viewer::test {

/// The far end of a screen stream: greets (RFB 3.8, security None) and then sends what the test says, on the test's thread.
class FakeHost {
public:
    FakeHost() {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair_) != 0) std::abort();
    }
    ~FakeHost() {
        close();
        if (pair_[1] >= 0) ::close(pair_[1]);
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    /// The viewer's end; whoever takes it closes it.
    int take_viewer_end() { return std::exchange(pair_[1], -1); }

    /// To the end of the handshake.
    void shake_hands(Size size) {
        send(as_bytes("RFB 003.008\n"));
        receive(12);
        send(Bytes{1, 1});  // one security type: None
        receive(1);
        send(Bytes{0, 0, 0, 0});
        receive(1);  // ClientInit
        Bytes init;
        append_u16(init, static_cast<unsigned>(size.width));
        append_u16(init, static_cast<unsigned>(size.height));
        append(init, Bytes{32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0});
        append_u32(init, 1);
        append_u8(init, 'x');
        send(init);
    }
    /// And what our own viewer says first.
    void greet(Size size) {
        shake_hands(size);
        receive(20);  // SetPixelFormat
        const auto encodings = receive(4);
        receive(std::size_t{4} * load_u16(&encodings[2]));
        receive(40);  // the first four FramebufferUpdateRequests
    }
    /// A whole update with one Raw rectangle of one colour.
    void paint(const Rect& area, Byte blue) {
        Bytes update{0, 0, 0, 1};
        for (const int value : {area.x, area.y, area.width, area.height}) append_u16(update, static_cast<unsigned>(value));
        append_u32(update, 0);
        for (int i = 0; i < area.width * area.height; ++i) append(update, Bytes{blue, 0, 0, 0});
        send(update);
    }
    void send(ByteView bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(pair_[0], bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        }
    }
    /// Exactly so many bytes; fewer if the viewer closed.
    Bytes receive(std::size_t count) {
        Bytes bytes(count);
        const auto got = ::recv(pair_[0], bytes.data(), count, MSG_WAITALL);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    /// Reads until the viewer closes.
    bool viewer_closed() {
        std::array<Byte, 4096> bytes;
        while (::recv(pair_[0], bytes.data(), bytes.size(), 0) > 0) {}
        return true;
    }
    void close() {
        if (pair_[0] >= 0) ::close(std::exchange(pair_[0], -1));
    }

private:
    int pair_[2] = {-1, -1};
};

}  // namespace pronto::viewer::test
