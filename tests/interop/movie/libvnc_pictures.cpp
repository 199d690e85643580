#include <fcntl.h>
#include <rfb/rfbclient.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

/// What plain libvncclient draws of a movie: interop_movie_libvnc MOVIE HEADER_END, and on standard input lines
/// "FROM TO FILE": the blocks from byte FROM up to byte TO behind those of the stream's start, and where the picture
/// goes as PPM. Knows nothing of Pronto but the file's form (FBS 001.000).

namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t signature_bytes = 12;
constexpr unsigned char bell = 2;

std::size_t u32_at(const Bytes& file, std::size_t at) {
    return std::size_t{file.at(at)} << 24 | file.at(at + 1) << 16 | file.at(at + 2) << 8 | file.at(at + 3);
}

/// The data of the blocks between two places in the file.
Bytes data_of(const Bytes& file, std::size_t from, std::size_t to) {
    Bytes data;
    while (from < to) {
        const auto length = u32_at(file, from);
        const auto begin = file.begin() + static_cast<std::ptrdiff_t>(from + 4);
        data.insert(data.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
        from += 4 + (length + 3) / 4 * 4 + 4;
    }
    if (from != to) throw std::runtime_error("no block ends there");
    return data;
}

void quiet(const char*, ...) {}

int bells = 0;
void ring(rfbClient*) {
    ++bells;
}

/// Writes the stream, and takes what the client says.
void feed(int fd, const Bytes& stream) {
    std::thread drain([fd] {
        char buffer[4096];
        while (::read(fd, buffer, sizeof buffer) > 0) {
        }
    });
    for (std::size_t at = 0; at < stream.size();) {
        const auto sent = ::send(fd, stream.data() + at, stream.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
    }
    ::shutdown(fd, SHUT_WR);
    drain.join();
}

/// Follows the stream until the bell behind its last message, which it hears only if it took every byte before rightly.
void follow(rfbClient* client) {
    while (bells == 0) {
        if (client->buffered == 0 && WaitForMessage(client, 10'000'000) <= 0) throw std::runtime_error("nothing came");
        if (!HandleRFBServerMessage(client)) throw std::runtime_error("libvncclient refused the stream");
    }
}

void write_picture(const rfbClient* client, const std::string& path) {
    std::ofstream out(path, std::ios::binary);
    out << "P6\n" << client->width << ' ' << client->height << "\n255\n";
    const auto pixels = static_cast<std::size_t>(client->width) * static_cast<std::size_t>(client->height);
    for (std::size_t i = 0; i < pixels; ++i) {
        const auto pixel = reinterpret_cast<const std::uint32_t*>(client->frameBuffer)[i];
        for (const int shift : {16, 8, 0}) out.put(static_cast<char>(pixel >> shift & 255));
    }
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

/// Pixels as in the movie, so that nothing is converted.
rfbClient* new_client(int fd) {
    rfbClient* client = rfbGetClient(8, 3, 4);
    client->format.redShift = 16, client->format.greenShift = 8, client->format.blueShift = 0;
    client->canHandleNewFBSize = TRUE;
    client->appData.useRemoteCursor = TRUE;
    client->appData.encodingsString = "tight copyrect";
    client->Bell = ring;
    client->sock = fd;
    client->listenSpecified = TRUE;
    client->readTimeout = 20;
    int argc = 0;
    if (!rfbInitClient(client, &argc, nullptr)) throw std::runtime_error("libvncclient refused the stream's start");
    return client;
}

void draw(Bytes stream, const std::string& path) {
    stream.push_back(bell);
    bells = 0;
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) throw std::runtime_error("no socket pair");
    ::fcntl(pair[0], F_SETFL, O_NONBLOCK);
    std::thread feeder(feed, pair[1], std::cref(stream));
    std::string problem;
    try {
        rfbClient* const client = new_client(pair[0]);
        try {
            follow(client);
            write_picture(client, path);
        } catch (const std::exception& error) {
            problem = error.what();
        }
        for (void* const owned : {static_cast<void*>(client->frameBuffer), static_cast<void*>(client->rcSource),
                                  static_cast<void*>(client->rcMask)})
            std::free(owned);  // rfbClientCleanup leaves these to the program
        rfbClientCleanup(client);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    feeder.join();
    ::close(pair[1]);
    if (!problem.empty()) throw std::runtime_error(path + ": " + problem);
}

}  // namespace

/// libvncclient 0.9.14 never frees its JPEG decoder.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:tjInitDecompress\n";
}

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: interop_movie_libvnc MOVIE HEADER_END < POINTS\n";
        return 2;
    }
    rfbClientLog = rfbClientErr = quiet;
    std::ifstream in(argv[1], std::ios::binary);
    const Bytes file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto start = data_of(file, signature_bytes, std::stoul(argv[2]));
    std::size_t from = 0, to = 0;
    for (std::string path; std::cin >> from >> to >> path;) {
        auto stream = start;
        const auto pictures = data_of(file, from, to);
        stream.insert(stream.end(), pictures.begin(), pictures.end());
        draw(std::move(stream), path);
    }
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
