#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

#include <stdexcept>

#include <openssl/ssl.h>

namespace pronto::tunnel::test {

Work::Work(asio::awaitable<void> coroutine) {
    auto shared = std::make_shared<asio::awaitable<void>>(std::move(coroutine));
    function_ = [shared] { return std::move(*shared); };
}

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "pronto-tunnel-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Sockets connected(asio::io_context& io) {
    const asio::ip::tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
    asio::ip::tcp::acceptor acceptor(io, loopback);
    asio::ip::tcp::socket client(io);
    client.connect(acceptor.local_endpoint());
    asio::ip::tcp::socket server = acceptor.accept();
    return {std::move(client), std::move(server)};
}

void run(asio::io_context& io) {
    io.restart();
    io.run_for(std::chrono::seconds(60));
    if (!io.stopped()) throw std::runtime_error("still waiting after 60 s");
}

void spawn(asio::io_context& io, Work work) {
    asio::co_spawn(io, std::move(work).function(), [](std::exception_ptr trouble) {
        if (trouble) std::rethrow_exception(trouble);
    });
}

TlsPair::TlsPair() {
    Sockets sockets = connected(io);
    client.emplace(std::move(sockets.client), client_tls(client_side.get(), "localhost"));
    server.emplace(std::move(sockets.server), server_tls(server_side.get()));
}

void TlsPair::run() { test::run(io); }
void TlsPair::spawn(Work work) { test::spawn(io, std::move(work)); }

void TlsPair::shake_hands() {
    const auto shake = [](TlsStream& stream, TlsStream::Role role) -> asio::awaitable<void> {
        const Result<void> shaken = co_await stream.handshake(role);
        if (!shaken) throw std::runtime_error("no handshake: " + shaken.error().message());
    };
    spawn(shake(*client, TlsStream::Role::client));
    spawn(shake(*server, TlsStream::Role::server));
    run();
}

Bytes pattern(std::size_t size, unsigned seed) {
    Bytes bytes(size);
    std::uint32_t state = seed;
    for (Byte& byte : bytes) byte = static_cast<Byte>((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

}  // namespace pronto::tunnel::test
