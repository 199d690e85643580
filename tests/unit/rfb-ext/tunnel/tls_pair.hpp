#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::tunnel::test {

/// A coroutine, or a function that makes one (and lives as long as it: for lambdas with captures).
class Work {
public:
    Work(asio::awaitable<void> coroutine);
    template <class Function>
    Work(Function function) : function_(std::move(function)) {}
    std::function<asio::awaitable<void>()> function() && { return std::move(function_); }

private:
    std::function<asio::awaitable<void>()> function_;
};

/// A folder that goes away with the test.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// A hub's key and self-signed certificate for "localhost".
struct HubKey {
    Folder folder;
    std::filesystem::path certificate = folder / "hub.crt";
    std::filesystem::path key = folder / "hub.key";
    HubKey() { ensure_self_signed(certificate, key, "localhost"); }
    Pin pin() const { return pin_of_certificate(certificate); }
};

struct Sockets {
    asio::ip::tcp::socket client;
    asio::ip::tcp::socket server;
};
/// Two ends of one connection over the loopback.
Sockets connected(asio::io_context& io);

/// A client with the right pin and its server, hands not shaken yet.
struct TlsPair {
    HubKey hub_key;
    TlsContext server_side = server_context(hub_key.certificate, hub_key.key);
    TlsContext client_side = client_context({{hub_key.pin()}});
    asio::io_context io;
    std::optional<TlsStream> client;
    std::optional<TlsStream> server;

    TlsPair();
    /// Runs until nothing is left to do; throws if that takes longer than 60 s.
    void run();
    void shake_hands();
    void spawn(Work work);
};

void run(asio::io_context& io);
void spawn(asio::io_context& io, Work work);
/// Bytes that differ from place to place.
Bytes pattern(std::size_t size, unsigned seed = 1);

}  // namespace pronto::tunnel::test
