#include "viewer/remote/loopback_ports.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <boost/asio/ip/v6_only.hpp>

#include "rfb-ext/base/result.hpp"

namespace pronto::viewer {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A port that is free on the one address may be taken on the other.
constexpr int most_attempts = 20;

ErrorCode listen_on(tcp::acceptor& acceptor, const tcp::endpoint& place) {
    ErrorCode error;
    acceptor.open(place.protocol(), error);
    if (!error && place.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(place, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

bool is_missing(const ErrorCode& error) {
    return error == asio::error::address_family_not_supported || error == boost::system::errc::address_not_available;
}

[[noreturn]] void fail(std::uint16_t port, const ErrorCode& error) {
    if (port == 0) throw std::runtime_error(fmt::format("no port of this computer can be used: {}", error.message()));
    throw std::runtime_error(
        fmt::format("port {} of this computer cannot be used: {}. Choose another one.", port, error.message()));
}

}  // namespace

std::vector<tcp::acceptor> listen_on_loopback(asio::io_context& thread, std::uint16_t port) {
    ErrorCode error;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        std::vector<tcp::acceptor> both;
        error = listen_on(both.emplace_back(thread), {asio::ip::address_v4::loopback(), port});
        if (error) fail(port, error);
        const auto taken = both.front().local_endpoint().port();
        error = listen_on(both.emplace_back(thread), {asio::ip::address_v6::loopback(), taken});
        if (!error) return both;
        both.pop_back();
        if (is_missing(error)) return both;
        if (port != 0) break;
    }
    fail(port, error);
}

void check_loopback_port(std::uint16_t port) {
    asio::io_context thread;
    listen_on_loopback(thread, port);
}

}  // namespace pronto::viewer
