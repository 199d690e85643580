#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::tunnel {

/// One way to the hub.
struct Way {
    std::uint16_t port = 443;
    std::string proxy{};     ///< as to_text(ProxyAddress); empty: straight
    bool websocket = false;  ///< something on the way breaks `Upgrade: pronto-stream`
    bool operator==(const Way&) const = default;
};

/// One line of a ways file.
struct KnownWay {
    std::string network;  ///< network_key()
    std::string hub;      ///< as to_text(HubAddress): the configured one
    Way way;
    UnixMillis found = 0;
    bool operator==(const KnownWay&) const = default;
};
/// The file's text (JSON). What in it makes no sense is left out; nothing at all: no ways file.
std::optional<std::vector<KnownWay>> ways_in(std::string_view text);
std::string to_text(const std::vector<KnownWay>& ways);

/// Which way to a hub works in which network: kept while the program runs, and in a file for its next run. For one
/// thread.
class Ways {
public:
    static constexpr std::size_t most_known = 50;
    /// A way that was found so long ago is looked for anew: what was in the way may be gone.
    static constexpr UnixMillis longest_kept_ms = 7LL * 24 * 3600 * 1000;

    /// `network` names the network this computer is in, empty if it is in none.
    Ways(NetworkSettings settings, HubAddress hub, std::function<std::string()> network, const Clock& clock);

    const ProxySettings& proxy() const { return settings_.proxy; }
    void use_proxy(ProxySettings proxy);
    /// For that proxy: the settings' own user and password if they are its, else what the system's settings held for it.
    ProxyLogin login_for(const std::string& address) const;
    void note_system_login(const std::string& address, ProxyLogin login) { system_logins_[address] = std::move(login); }

    /// The proxy accepted the log-in.
    void note_accepted(const std::string& proxy) { rejections_[proxy] = {.worked = true}; }
    /// It did not: the log-in is not sent again until use_proxy(), as programs that try again and again would get the account
    /// locked. One that worked before may do so again, once the proxy or what it asks is back: it is kept back for
    /// `first_rejected_for`, then for three times as long after each further no, up to `longest_rejected_for`.
    void note_rejected(const std::string& proxy);
    bool is_rejected(const std::string& proxy) const;
    static constexpr Millis first_rejected_for{10'000};
    static constexpr Millis longest_rejected_for{60 * 60 * 1000};

    /// What worked last in this network.
    std::optional<Way> known();
    /// To be tried first from now on. Whether it could be written down only matters to the log.
    void worked(const Way& way);
    /// Streams on the known way go by WebSocket.
    bool wants_websocket();
    void note_websocket();
    /// A stream got through without WebSocket.
    void note_raw() { raw_doubts_ = 0; }
    /// One did not, for a reason that may as well have been an outage: it takes two in a row.
    bool is_raw_doubted_again() { return ++raw_doubts_ >= 2; }
    /// No way worked.
    void failed() { ++failures_; }
    /// How often that was since one did.
    int failures() const { return failures_; }
    /// The known way worked in this run of the program: if it fails now, something is down rather than changed.
    bool may_be_down();

private:
    void read_once();
    void write();

    NetworkSettings settings_;
    const std::string hub_;
    const std::function<std::string()> network_;
    const Clock& clock_;
    std::map<std::string, ProxyLogin> system_logins_;
    /// What a proxy says to its log-in.
    struct Rejections {
        bool worked = false;   ///< in this run
        bool now = false;
        Millis held_back{};
        SteadyTime last{};
    };
    std::map<std::string, Rejections> rejections_;
    bool read_ = false;
    std::string proved_in_;  ///< the network in which the known way worked in this run
    int failures_ = 0;
    int raw_doubts_ = 0;
    std::vector<KnownWay> ways_;  ///< the oldest first
};

/// For this computer, as its kernel and clock say.
std::shared_ptr<Ways> make_ways(NetworkSettings settings, const HubAddress& hub);

/// Ports in turn: the configured one, then those a hub listens on unless told otherwise.
std::vector<std::uint16_t> ports_to_try(std::uint16_t configured);

}  // namespace pronto::tunnel
