#include "repeater/reach.hpp"

#include <fstream>

#include <fmt/format.h>
#include <boost/asio/ip/host_name.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/words.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"

namespace pronto {

namespace {

constexpr std::uint16_t usual_port = 443;  // need not be named

Identity identity(const HubConfig& config) {
    if (!config.tls.certificate.empty()) return {config.tls.certificate, config.tls.key};
    return {config.data / "hub.crt", config.data / "hub.key"};
}

std::string own_name(const HubConfig& config) {
    return config.hub.name.empty() ? boost::asio::ip::host_name() : config.hub.name;
}

std::filesystem::path port_file(const HubConfig& config) {
    return config.data / "port";
}

std::uint16_t port_of(const HubConfig& config) {
    std::uint16_t port = 0;
    if (std::ifstream(port_file(config)) >> port && port > 0) return port;
    return config.listen.ports.front();
}

}  // namespace

Identity made_identity(const HubConfig& config) {
    auto made = identity(config);
    if (config.tls.certificate.empty()) tunnel::ensure_self_signed(made.certificate, made.key, own_name(config));
    return made;
}

admin::Reach reach_of(const HubConfig& config) {
    admin::Reach reach;
    const auto port = port_of(config);
    reach.host = own_name(config);
    reach.address = reach.host + (port == usual_port ? "" : fmt::format(":{}", port));
    reach.server_port = config.standard.server_port;
    const auto certificate = identity(config).certificate;
    if (!std::filesystem::exists(certificate)) return reach;
    const auto pin = tunnel::pin_of_certificate(certificate);
    reach.pin = tunnel::to_text(pin);
    reach.words = in_words(pin);
    return reach;
}

void remember_port(const HubConfig& config, std::uint16_t port) {
    write_file_atomically(port_file(config), fmt::format("{}\n", port));
}

}  // namespace pronto
