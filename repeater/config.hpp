#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "repeater/recording/retention.hpp"
#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/config.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto {

/// The hub's settings: docs/configuration.md explains each.
struct HubConfig {
    std::filesystem::path data;  ///< absolute; holds pronto.db, the key, the certificate, recordings/

    struct Hub {
        int node = 1;
        std::string name;       ///< the host name under which peers reach it; empty: the computer's name
        int relay_threads = 0;  ///< 0: one per core
    } hub;

    struct Listen {
        std::string address;  ///< IP address; "::" is every one, IPv4's too
        std::vector<std::uint16_t> ports;
        bool explicit_ports = false;  ///< ports were given: each must be bound
    } listen;

    struct Tls {
        std::filesystem::path certificate;  ///< PEM chain; empty: self-signed, in the data folder
        std::filesystem::path key;          ///< PEM
    } tls;

    Millis ticket_life{0};
    Millis consent_timeout{0};
    Millis grace{0};  ///< how long a session waits for a lost connection
    bool clipboard = true;

    enum class OnFailure { end_session, continue_ };
    struct Recording {
        bool enabled = true;
        std::filesystem::path folder;  ///< absolute
        OnFailure on_failure = OnFailure::end_session;
        std::size_t queue_bytes = 0;  ///< per movie part
        int workers = 1;              ///< movies finished at once
        bool keep_parts = false;
        std::filesystem::path finisher;  ///< pronto-fbs, absolute
        bool encrypt = false;
        std::filesystem::path key_file;  ///< absolute, outside the data and the recordings; empty: none
        recording::RetentionRules retention;
        bool operator_may_pause = true;
        bool guest_may_pause = false;
    } recording;

    struct Limits {
        std::size_t unauthenticated_per_address = 0;  ///< connections at once
        std::size_t unauthenticated_together = 0;
        std::size_t live_tickets_per_operator = 0;
        Millis handshake{0};  ///< TLS and the HTTP head together
    } limits;

    /// Standard VNC programs; ports: 0 is off.
    struct Standard {
        std::uint16_t viewer_port = 0;
        std::uint16_t repeater_port = 0;
        std::uint16_t server_port = 0;
        bool allow_unencrypted = false;
        std::vector<std::string> mode1_allow;  ///< as standard::ModeOneRules reads them
    } standard;

    std::vector<std::string> trusted_proxies;  ///< IP addresses

    log::Level log_level = log::Level::info;
    std::filesystem::path log_file;  ///< empty: standard error only
};

/// Every key with its default: what docs/configuration.md documents.
std::vector<Config::Key> hub_config_keys();
/// The typed settings. `data` is the data folder. Throws std::runtime_error for what the key table cannot check.
HubConfig hub_config_from(const Config& config, const std::filesystem::path& data);
/// Where the hub keeps its data unless told otherwise: /var/lib/pronto for root, else ~/.local/share/pronto.
std::filesystem::path default_data_folder();

}  // namespace pronto
