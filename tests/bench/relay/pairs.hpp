#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"
#include "tests/bench/relay/traffic.hpp"

namespace pronto::bench {

namespace asio = boost::asio;

/// Makes connected pairs through a peer; each end is ready for RFB's messages.
class Pairs {
public:
    struct Pair {
        std::shared_ptr<tunnel::TlsStream> host;
        std::shared_ptr<tunnel::TlsStream> viewer;
    };
    virtual ~Pairs() = default;
    /// Hosts live on one thread, viewers on another. Blocks until the pair is joined; throws if that fails.
    virtual Pair make(asio::io_context& hosts, asio::io_context& viewers) = 0;
};

/// Through the hub: log-in, control channels, ticket, consent, stream tokens, both RFB handshakes.
struct HubLogin {
    tunnel::HubAddress address;
    tunnel::Pin pin;
    std::string user;
    std::string password;
};
std::unique_ptr<Pairs> pairs_through_hub(const HubLogin& login, const Traffic& traffic);

/// Through a front that terminates TLS on both legs: it listens at `front`, and dials `back_port` here.
std::unique_ptr<Pairs> pairs_through_front(const tunnel::HubAddress& front, std::uint16_t back_port,
                                           const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace pronto::bench
