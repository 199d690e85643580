#pragma once

#include <memory>
#include <string>

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "rfb-ext/vnc/connection.hpp"
#include "rfb-ext/vnc/picture_decoder.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

namespace pronto::test {

/// A viewer by hand, past the greeting.
class FakeViewer {
public:
    explicit FakeViewer(std::shared_ptr<vnc::SharedScreen> screen, vnc::ScreenServer::Options options = {}) : end_(ends_.right), in_(ends_.right, end_, {}) {
        const auto version = as_bytes("RFB 003.008\n");
        say({version.begin(), version.end()});
        options.closed = [this](std::string why) { board.change([&] { why_closed = std::move(why); }); };
        server = std::make_unique<vnc::ScreenServer>(ends_.left, std::move(screen), input, std::move(options));
        in_.skip(vnc::ScreenServer::greeting.size());
        in_.skip(2);  // one security type: None
        say(bytes({1}));
        in_.skip(4);
        say(bytes({1}));
        in_.skip(20);
        in_.skip(in_.u32());
    }

    /// Waits while the server's buffer is full.
    void say(const Bytes& message) {
        REQUIRE(::send(ends_.right, message.data(), message.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(message.size()));
    }
    void ask(const Rect& area, bool incremental) { say(wire::write_update_request(area, incremental)); }
    /// Draws the next message, which must be an update; returns the areas that it changed.
    std::vector<Rect> draw_update(vnc::PictureDecoder& decoder) {
        REQUIRE(in_.u8() == 0);
        return decoder.update(in_).changed;
    }
    /// The next message, which must be a ServerCutText.
    std::string hear_cut_text() {
        REQUIRE(in_.u8() == 3);
        in_.skip(3);
        std::string text(in_.u32(), ' ');
        for (char& c : text) c = static_cast<char>(in_.u8());
        return text;
    }
    /// Everything said so far has been read by the server.
    bool heard() {
        say(bytes({4, 1, 0, 0, 0, 0, 0, 0x78}));
        say(bytes({4, 0, 0, 0, 0, 0, 0, 0x78}));
        return input.wait_for({"key 78 down", "key 78 up"});
    }
    bool closed() {
        return board.wait([&] { return !why_closed.empty(); });
    }

    int descriptor() const { return ends_.right; }

    RecordingSink input;
    Noticeboard board;
    std::string why_closed;
    std::unique_ptr<vnc::ScreenServer> server;

private:
    Ends ends_;
    vnc::ThreadEnd end_;
    vnc::Connection in_;
};

}  // namespace pronto::test
