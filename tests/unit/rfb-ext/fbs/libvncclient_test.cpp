// A second opinion on our movies: libvncclient, fed a movie's bytes as if a server said them, draws the same last
// picture.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <rfb/rfbclient.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rfb-ext/fbs/reader.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

using namespace pronto;
using namespace pronto::test;

/// The library loses each cursor's mask, and its JPEG decoder unless we free it.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libvncclient";
}
extern "C" int tjDestroy(void* decoder);

namespace {

void silent(const char*, ...) {}

Bytes stream_of(const Bytes& file) {
    fbs::BlockReader reader;
    reader.feed(file);
    Bytes stream;
    while (const auto block = reader.next().value()) append(stream, block->data);
    return stream;
}

void say_all(int fd, const Bytes& said) {
    for (std::size_t at = 0; at < said.size();) {
        const ssize_t sent = ::send(fd, said.data() + at, said.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
    }
    ::shutdown(fd, SHUT_WR);
}

vnc::Picture picture_of(const rfbClient& client) {
    vnc::Picture picture{{client.width, client.height}, {}};
    picture.pixels.resize(static_cast<std::size_t>(client.width) * static_cast<std::size_t>(client.height));
    std::memcpy(picture.pixels.data(), client.frameBuffer, picture.pixels.size() * 4);
    for (std::uint32_t& pixel : picture.pixels) pixel &= 0xFFFFFF;
    return picture;
}

vnc::Picture drawn_by_libvncclient(const Bytes& stream) {
    rfbClientLog = rfbClientErr = silent;
    Ends ends;
    ::fcntl(ends.left, F_SETFL, O_NONBLOCK);
    std::thread server([&] { say_all(ends.right, stream); });
    rfbClient* client = rfbGetClient(8, 3, 4);
    client->format.depth = 24;
    client->format.redShift = 16;
    client->format.blueShift = 0;
    client->sock = ends.left;
    client->listenSpecified = TRUE;
    client->canHandleNewFBSize = TRUE;
    vnc::Picture picture;
    if (rfbInitClient(client, nullptr, nullptr)) {  // which frees the client if it fails
        while (HandleRFBServerMessage(client)) continue;
        picture = picture_of(*client);
        std::free(client->frameBuffer);
        std::free(client->rcSource);
        if (client->tjhnd) tjDestroy(client->tjhnd);
        rfbClientCleanup(client);
    }
    server.join();
    ::close(ends.right);
    return picture;
}

}  // namespace

TEST_CASE("libvncclient draws our movies as we do") {
    const RealMovie exact = record_session(-1);
    CHECK(difference(drawn_by_libvncclient(stream_of(exact.file)), exact.last) == 0);
    const RealMovie lossy = record_session(6);
    CHECK(difference(drawn_by_libvncclient(stream_of(lossy.file)), lossy.last) <=
          4);  // it decodes JPEG a little faster
    CHECK(drawn_by_libvncclient(stream_of(small_movie())).row(1)[4] == 0x0000FF);
}
