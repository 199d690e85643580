#include "repeater/config.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "repeater/recording/hub_keys.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/key_ring.hpp"

namespace pronto {

namespace {

using Numbers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

/// The one way to write that IP address, so that addresses can be compared as text; empty if it is none.
std::string ip_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    std::array<char, INET6_ADDRSTRLEN> written{};
    for (const int family : {AF_INET, AF_INET6})
        if (::inet_pton(family, text.c_str(), address.data()) == 1 &&
            ::inet_ntop(family, address.data(), written.data(), written.size()))
            return written.data();
    return {};
}

[[noreturn]] void wrong(std::string_view key, const std::string& value, const std::string& why) {
    throw std::runtime_error(fmt::format("setting {} is \"{}\", but {}", key, value, why));
}

template <class Value>
struct Choice {
    const char* word;
    Value value;
};
template <class Value, std::size_t N>
Value one_of(const Config& config, std::string_view key, const std::array<Choice<Value>, N>& choices) {
    const auto& given = config.text(key);
    std::vector<std::string> words;
    for (const auto& choice : choices) {
        if (given == choice.word) return choice.value;
        words.emplace_back(choice.word);
    }
    std::string known;
    for (const auto& word : words) known += (known.empty() ? "" : ", ") + word;
    const auto near = nearest(given, words);
    wrong(key, given, fmt::format("must be one of {}{}", known, near.empty() ? "" : "; did you mean " + near + "?"));
}

/// Every address of the machine: IPv6's wildcard takes IPv4 too, but not every machine has IPv6.
std::string every_address() {
    const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return "0.0.0.0";
    ::close(fd);
    return "::";
}

std::filesystem::path path_of(const Config& config, std::string_view key) {
    const auto& text = config.text(key);
    return text.empty() ? std::filesystem::path{} : std::filesystem::absolute(text);
}

HubConfig::Listen listen_from(const Config& config) {
    HubConfig::Listen listen;
    listen.address = config.text("listen.address");
    if (listen.address.empty()) listen.address = every_address();
    if (ip_address(listen.address).empty()) wrong("listen.address", listen.address, "must be an IP address");
    for (const auto port : config.numbers("listen.ports")) listen.ports.push_back(static_cast<std::uint16_t>(port));
    if (listen.ports.empty()) wrong("listen.ports", "[]", "the hub needs a port to listen on");
    listen.explicit_ports = config.given("listen.ports");
    return listen;
}

HubConfig::Tls tls_from(const Config& config) {
    HubConfig::Tls tls{path_of(config, "tls.certificate"), path_of(config, "tls.key")};
    if (tls.certificate.empty() != tls.key.empty())
        throw std::runtime_error("settings tls.certificate and tls.key go together: give both or neither");
    return tls;
}

std::filesystem::path beside_this_program(const char* name) {
    std::error_code unknown;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return unknown ? std::filesystem::absolute(name) : self.parent_path() / name;
}

void read_encryption(const Config& config, const std::filesystem::path& data, HubConfig::Recording& recording) {
    recording.encrypt = config.flag("recording.encrypt");
    recording.key_file = path_of(config, "recording.key_file");
    if (recording.encrypt && recording.key_file.empty())
        throw std::runtime_error(
            "setting recording.encrypt is true, but recording.key_file names no file: make one with "
            "\"pronto-repeater recording key FILE\" and name it there");
    if (recording.key_file.empty()) return;
    // Every command must find the same keys, wherever it is started.
    if (const auto& given = config.text("recording.key_file"); !std::filesystem::path(given).is_absolute())
        wrong("recording.key_file", given,
              fmt::format(
                  "must begin with /, so that it is the same file wherever a command is started: write \"{}\" if that "
                  "is the one",
                  recording.key_file.string()));
    fbs::expect_key_reachable(recording.key_file);
    recording::expect_key_outside(recording.key_file, {data, recording.folder});
}

HubConfig::Recording recording_from(const Config& config, const std::filesystem::path& data) {
    using OnFailure = HubConfig::OnFailure;
    HubConfig::Recording recording;
    recording.enabled = config.flag("recording.enabled");
    recording.folder = path_of(config, "recording.folder");
    if (recording.folder.empty()) recording.folder = data / "recordings";
    recording.on_failure =
        one_of<OnFailure, 2>(config, "recording.on_failure",
                             {{{"end_session", OnFailure::end_session}, {"continue", OnFailure::continue_}}});
    recording.retention.days = config.number("recording.retention_days");
    recording.operator_may_pause = config.flag("recording.operator_may_pause");
    recording.guest_may_pause = config.flag("recording.guest_may_pause");
    recording.workers = static_cast<int>(config.number("recording.workers"));
    recording.keep_parts = config.flag("recording.keep_parts");
    recording.finisher = path_of(config, "recording.finisher");
    if (recording.finisher.empty()) recording.finisher = beside_this_program("pronto-fbs");
    recording.retention.count = config.number("recording.keep_count");
    recording.retention.bytes = static_cast<std::uint64_t>(config.number("recording.keep_bytes"));
    recording.retention.free_bytes = static_cast<std::uint64_t>(config.number("recording.keep_free_bytes"));
    read_encryption(config, data, recording);
    recording.queue_bytes = static_cast<std::size_t>(config.number("recording.queue_mb")) * 1024 * 1024;
    return recording;
}

HubConfig::Standard standard_from(const Config& config) {
    HubConfig::Standard standard;
    standard.viewer_port = static_cast<std::uint16_t>(config.number("standard.viewer_port"));
    standard.repeater_port = static_cast<std::uint16_t>(config.number("standard.repeater_port"));
    standard.server_port = static_cast<std::uint16_t>(config.number("standard.server_port"));
    standard.allow_unencrypted = config.flag("standard.allow_unencrypted");
    standard.mode1_allow = config.texts("standard.mode1_allow");
    for (const auto* key : {"standard.repeater_port", "standard.server_port"})
        if (config.number(key) > 0 && !standard.allow_unencrypted)
            wrong(key, std::to_string(config.number(key)),
                  "what comes there is not encrypted: set standard.allow_unencrypted = true too, if that is wanted");
    if (!standard.mode1_allow.empty() && standard.repeater_port == 0)
        throw std::runtime_error("setting standard.mode1_allow is of no use without standard.repeater_port");
    return standard;
}

HubConfig::Limits limits_from(const Config& config) {
    HubConfig::Limits limits;
    limits.unauthenticated_per_address = static_cast<std::size_t>(config.number("limits.connections_per_address"));
    limits.unauthenticated_together = static_cast<std::size_t>(config.number("limits.connections_together"));
    limits.live_tickets_per_operator = static_cast<std::size_t>(config.number("limits.tickets_per_operator"));
    limits.handshake = std::chrono::seconds(config.number("limits.silent_seconds"));
    return limits;
}

}  // namespace

std::vector<Config::Key> hub_config_keys() {
    return {
        {"hub.node", std::int64_t{1}, 1, 9'999},
        {"hub.name", std::string()},
        {"hub.relay_threads", std::int64_t{0}, 0, 256},
        {"listen.address", std::string()},
        {"listen.ports", Numbers{443, 3128, 8080}, 0, 65'535},
        {"tls.certificate", std::string()},
        {"tls.key", std::string()},
        {"tickets.minutes", std::int64_t{60}, 1, 10'080},
        {"consent.timeout_seconds", std::int64_t{30}, 5, 600},
        {"sessions.grace_seconds", std::int64_t{120}, 0, 3'600},
        {"clipboard.enabled", true},
        {"recording.enabled", true},
        {"recording.folder", std::string()},
        {"recording.on_failure", std::string("end_session")},
        {"recording.operator_may_pause", true},
        {"recording.guest_may_pause", false},
        {"recording.retention_days", std::int64_t{30}, 1, 36'500},
        {"recording.keep_count", std::int64_t{0}, 0, INT64_MAX},
        {"recording.keep_bytes", std::int64_t{0}, 0, INT64_MAX},
        {"recording.keep_free_bytes", std::int64_t{0}, 0, INT64_MAX},
        {"recording.workers", std::int64_t{1}, 1, 64},
        {"recording.keep_parts", false},
        {"recording.finisher", std::string()},
        {"recording.encrypt", false},
        {"recording.key_file", std::string()},
        {"recording.queue_mb", std::int64_t{32}, 1, 1'024},
        {"limits.connections_per_address", std::int64_t{256}, 1, 100'000},
        {"limits.connections_together", std::int64_t{4'096}, 1, 1'000'000},
        {"limits.tickets_per_operator", std::int64_t{1'000}, 1, 100'000},
        {"limits.silent_seconds", std::int64_t{10}, 1, 120},
        {"standard.viewer_port", std::int64_t{0}, 0, 65'535},
        {"standard.repeater_port", std::int64_t{0}, 0, 65'535},
        {"standard.server_port", std::int64_t{0}, 0, 65'535},
        {"standard.allow_unencrypted", false},
        {"standard.mode1_allow", Texts{}},
        {"http.trusted_proxies", Texts{}},
        {"log.level", std::string("info")},
        {"log.file", std::string()},
    };
}

HubConfig hub_config_from(const Config& config, const std::filesystem::path& data) {
    using log::Level;
    HubConfig typed;
    typed.data = std::filesystem::absolute(data);
    typed.hub.node = static_cast<int>(config.number("hub.node"));
    typed.hub.name = config.text("hub.name");
    typed.hub.relay_threads = static_cast<int>(config.number("hub.relay_threads"));
    typed.listen = listen_from(config);
    typed.tls = tls_from(config);
    typed.ticket_life = std::chrono::minutes(config.number("tickets.minutes"));
    typed.consent_timeout = std::chrono::seconds(config.number("consent.timeout_seconds"));
    typed.grace = std::chrono::seconds(config.number("sessions.grace_seconds"));
    typed.clipboard = config.flag("clipboard.enabled");
    typed.recording = recording_from(config, typed.data);
    typed.limits = limits_from(config);
    typed.standard = standard_from(config);
    typed.trusted_proxies = config.texts("http.trusted_proxies");
    for (auto& proxy : typed.trusted_proxies) {
        const auto given = std::exchange(proxy, ip_address(proxy));
        if (proxy.empty()) wrong("http.trusted_proxies", given, "must be an IP address");
    }
    typed.log_level = one_of<Level, 4>(
        config, "log.level",
        {{{"debug", Level::debug}, {"info", Level::info}, {"warning", Level::warning}, {"error", Level::error}}});
    typed.log_file = path_of(config, "log.file");
    return typed;
}

std::filesystem::path default_data_folder() {
    if (::geteuid() == 0) return "/var/lib/pronto";
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg) return std::filesystem::path(xdg) / "pronto";
    if (const char* home = std::getenv("HOME"); home && *home)
        return std::filesystem::path(home) / ".local/share/pronto";
    throw std::runtime_error("HOME is not set: say where the data are with --data DIR");
}

}  // namespace pronto
