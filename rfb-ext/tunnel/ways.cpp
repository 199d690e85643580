#include "rfb-ext/tunnel/ways.hpp"

#include <algorithm>
#include <filesystem>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/tunnel/network_key.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::tunnel {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_file = 64 * 1024;

std::string text_at(const json::object& object, const char* key) {
    const json::value* const value = object.if_contains(key);
    const json::string* const text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

/// A proxy in a file that somebody else may have written is as good as none if it is not one.
bool is_proxy(const std::string& text) {
    try {
        return text.empty() || to_text(parse_proxy_address(text)) == text;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::optional<KnownWay> way_in(const json::value& value) {
    const json::object* const object = value.if_object();
    if (!object) return std::nullopt;
    const json::value* const port = object->if_contains("port");
    const json::value* const found = object->if_contains("found_ms");
    const json::value* const websocket = object->if_contains("websocket");
    if (!port || !port->is_int64() || port->get_int64() < 1 || port->get_int64() > 65535) return std::nullopt;
    if (!found || !found->is_int64() || !websocket || !websocket->is_bool()) return std::nullopt;
    KnownWay known{text_at(*object, "network"), text_at(*object, "hub"), {}, found->get_int64()};
    known.way.port = static_cast<std::uint16_t>(port->get_int64());
    known.way.proxy = text_at(*object, "proxy");
    known.way.websocket = websocket->get_bool();
    if (known.network.empty() || known.hub.empty() || !is_proxy(known.way.proxy)) return std::nullopt;
    return known;
}

}  // namespace

std::optional<std::vector<KnownWay>> ways_in(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    const json::object* const object = error ? nullptr : value.if_object();
    const json::value* const list = object ? object->if_contains("ways") : nullptr;
    if (!list || !list->is_array()) return std::nullopt;
    std::vector<KnownWay> ways;
    for (const json::value& entry : list->get_array())
        if (auto known = way_in(entry)) ways.push_back(std::move(*known));
    if (ways.size() > Ways::most_known) ways.erase(ways.begin(), ways.end() - Ways::most_known);
    return ways;
}

std::string to_text(const std::vector<KnownWay>& ways) {
    json::array list;
    for (const KnownWay& known : ways) {
        json::object entry;
        entry["network"] = known.network;
        entry["hub"] = known.hub;
        entry["port"] = known.way.port;
        entry["proxy"] = known.way.proxy;
        entry["websocket"] = known.way.websocket;
        entry["found_ms"] = known.found;
        list.push_back(std::move(entry));
    }
    json::object whole;
    whole["ways"] = std::move(list);
    return json::serialize(whole) + "\n";
}

Ways::Ways(NetworkSettings settings, HubAddress hub, std::function<std::string()> network, const Clock& clock)
    : settings_(std::move(settings)), hub_(to_text(hub)), network_(std::move(network)), clock_(clock) {}

std::optional<Way> Ways::known() {
    read_once();
    const std::string here = network_();
    const auto is_it = [&](const KnownWay& known) { return known.network == here && known.hub == hub_; };
    const auto found = std::find_if(ways_.begin(), ways_.end(), is_it);
    if (here.empty() || found == ways_.end()) return std::nullopt;
    const UnixMillis age = clock_.unix_now() - found->found;
    if (age < 0 || age > longest_kept_ms) return std::nullopt;
    return found->way;
}

void Ways::worked(const Way& way) {
    const std::string here = network_();
    failures_ = 0;
    proved_in_ = here;
    if (here.empty() || known() == way) return;
    read_ = false;  // another program may have written since
    read_once();
    std::erase_if(ways_, [&](const KnownWay& known) { return known.network == here && known.hub == hub_; });
    ways_.push_back({here, hub_, way, clock_.unix_now()});
    if (ways_.size() > most_known) ways_.erase(ways_.begin());
    write();
}

bool Ways::wants_websocket() {
    const auto way = known();
    return way && way->websocket;
}

void Ways::note_websocket() {
    auto way = known();
    if (!way) return;
    way->websocket = true;
    worked(*way);
}

bool Ways::may_be_down() {
    return !proved_in_.empty() && proved_in_ == network_();
}

void Ways::use_proxy(ProxySettings proxy) {
    settings_.proxy = std::move(proxy);
    proved_in_.clear();
    rejections_.clear();
}

bool Ways::is_rejected(const std::string& proxy) const {
    const auto found = rejections_.find(proxy);
    if (found == rejections_.end() || !found->second.now) return false;
    const Rejections& it = found->second;
    return !it.worked || clock_.now() - it.last < it.held_back;
}

void Ways::note_rejected(const std::string& proxy) {
    Rejections& it = rejections_[proxy];
    it.held_back = it.now ? std::min(3 * it.held_back, longest_rejected_for) : first_rejected_for;
    it.now = true;
    it.last = clock_.now();
}

ProxyLogin Ways::login_for(const std::string& address) const {
    const ProxySettings& given = settings_.proxy;
    const std::string& whose = given.login_for.empty() ? given.url : given.login_for;
    // A user without a password is not tried: proxies count wrong log-ins, and lock accounts.
    const bool whole = !given.user.empty() && !given.password.text().empty();
    if (whole && (given.login_for_any || whose == address)) return {given.user, given.password};
    const auto found = system_logins_.find(address);
    return found == system_logins_.end() ? ProxyLogin() : found->second;
}

void Ways::read_once() {
    if (std::exchange(read_, true) || settings_.ways_file.empty()) return;
    std::error_code error;
    if (!std::filesystem::exists(settings_.ways_file, error)) return;
    try {
        auto ways = ways_in(read_file(settings_.ways_file, longest_file));
        if (ways)
            ways_ = std::move(*ways);
        else
            log::warning("{} holds no remembered ways to a hub: it is ignored", settings_.ways_file.string());
    } catch (const std::runtime_error& problem) {
        log::warning("remembered ways to the hub are ignored: {}", problem.what());
    }
}

void Ways::write() {
    if (settings_.ways_file.empty()) return;
    try {
        if (settings_.ways_file.has_parent_path()) make_private_folder(settings_.ways_file.parent_path());
        write_file_atomically(settings_.ways_file, to_text(ways_), 0600);
    } catch (const std::runtime_error& problem) {
        log::warning("the way to the hub is not remembered: {}", problem.what());
    }
}

std::shared_ptr<Ways> make_ways(NetworkSettings settings, const HubAddress& hub) {
    static const SystemClock clock;
    return std::make_shared<Ways>(
        std::move(settings), hub, [] { return network_key(); }, clock);
}

std::vector<std::uint16_t> ports_to_try(std::uint16_t configured) {
    std::vector<std::uint16_t> ports{configured};
    for (const std::uint16_t usual : {443, 3128, 8080})
        if (usual != configured) ports.push_back(usual);
    return ports;
}

}  // namespace pronto::tunnel
