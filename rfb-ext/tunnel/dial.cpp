#include "rfb-ext/tunnel/dial.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/ssl.h>

#include "rfb-ext/tunnel/aside.hpp"
#include "rfb-ext/tunnel/connect.hpp"
#include "rfb-ext/tunnel/hub_http.hpp"
#include "rfb-ext/tunnel/proxy_failure.hpp"
#include "rfb-ext/tunnel/system_proxies.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::tunnel {

namespace {

/// A way to try, and what came of it.
struct Attempt {
    Way way;
    std::optional<LinkFailure> failure = {};
    bool same_elsewhere = false;  ///< the other ports of this proxy (or straight) fail alike
};

/// Nobody waits longer for all ways together than for three steps.
constexpr int steps_together = 3;
/// While a connection that worked is down, only its way is tried; the others with every fourth try, so that an outage is
/// not spent on ports that a firewall keeps silent.
constexpr int tries_of_known = 4;

/// A name that cannot stand in a certificate is the user's mistake, not an exception.
Result<Tls> tls_for(const Route& route) {
    try {
        return client_tls(route.tls, route.hub.host);
    } catch (const std::runtime_error&) {
        return ErrorCode(boost::system::errc::make_error_code(boost::system::errc::invalid_argument));
    }
}

LinkFailure why_no_tls(const Route& route, const TlsStream& stream, const ErrorCode& error) {
    const Where where = route.where("setting up TLS");
    const std::string doubt = why_untrusted(stream.native_handle());
    const auto presented = presented_pin(stream.native_handle());
    const auto* const shown = what_was_shown(stream.native_handle());
    if (!doubt.empty() && shown && looks_intercepted(*shown)) return intercepted(where, *shown, route.pinned);
    if (!doubt.empty() && presented) return untrusted(where, presented, route.pinned, doubt);
    return not_a_hub(where, in_words(error));
}

asio::awaitable<Linked<TlsStream>> secure(Route route, std::shared_ptr<Lifeline> line, asio::ip::tcp::socket socket) {
    auto tls = tls_for(route);
    if (!tls) co_return unreachable(route.where("setting up TLS"), "this is not the name of a computer");
    const Stopwatch watch;
    TlsStream stream(std::move(socket), std::move(*tls));
    const Step step(stream.get_executor(), line, route.times.step, [&stream] { stream.close(); });
    const auto shaken = co_await stream.handshake(TlsStream::Role::client);
    if (shaken && !step.is_missed()) {
        route.tell(DialStep::Kind::tls, to_text(route.hub), watch.elapsed(), true,
                   fmt::format("{}, {}", SSL_get_version(stream.native_handle()),
                               route.pinned ? "the pinned key" : "vouched for by an authority this computer trusts"));
        co_return std::move(stream);
    }
    LinkFailure failure = step.is_missed() ? timed_out(route.where("setting up TLS")) : why_no_tls(route, stream, shaken.error());
    route.tell(DialStep::Kind::tls, to_text(route.hub), watch.elapsed(), false, failure.error.message);
    co_return std::move(failure);
}

/// Why this proxy is not even asked, if so.
std::optional<LinkFailure> why_not_asked(const Route& route, const std::string& proxy, bool has_login) {
    LinkFailure failure;
    try {
        ProxyAnswer as_before;
        as_before.outcome = ProxyAnswer::Outcome::wrong_password;
        const Where where = route.where("connecting through the proxy");
        failure = proxy_failure(where, parse_proxy_address(proxy), as_before);
        if (!has_login || !route.ways->is_rejected(proxy)) return std::nullopt;
    } catch (const std::runtime_error& not_an_address) {
        failure.kind = LinkFailure::Kind::proxy;
        failure.error = {control::Code::bad_request, not_an_address.what(), "Check the proxy in the network settings."};
    }
    return failure;
}

asio::awaitable<Connected> connect(Route route, std::shared_ptr<Lifeline> line, std::string proxy) {
    if (proxy.empty()) co_return co_await connect_straight(std::move(route), std::move(line));
    ProxyLogin login = route.ways->login_for(proxy);
    const bool has_login = !login.user.empty();
    Connected unasked;
    if (auto why = why_not_asked(route, proxy, has_login)) {
        unasked.failure = std::move(*why);
        unasked.same_elsewhere = true;
        co_return std::move(unasked);
    }
    ProxyAddress address = parse_proxy_address(proxy);
    auto ways = route.ways;
    auto connected = co_await connect_through(std::move(route), std::move(line), std::move(address), std::move(login));
    if (has_login && connected.socket) ways->note_accepted(proxy);
    if (has_login && !connected.socket && connected.failure.kind == LinkFailure::Kind::proxy_password) ways->note_rejected(proxy);
    co_return std::move(connected);
}

/// One way, each of its steps within the route's. Notes the failure in `attempt`.
asio::awaitable<std::optional<TlsStream>> try_way(Route route, std::shared_ptr<Lifeline> line, std::shared_ptr<Attempt> attempt) {
    const bool configured = attempt->way.port == route.hub.port;
    route.hub.port = attempt->way.port;
    auto connected = co_await connect(route, line, attempt->way.proxy);
    if (!connected.socket) {
        attempt->failure = std::move(connected.failure);
        attempt->same_elsewhere = connected.same_elsewhere;
        co_return std::nullopt;
    }
    auto stream = co_await secure(route, line, std::move(*connected.socket));
    if (!stream) {
        attempt->failure = stream.error();
        co_return std::nullopt;
    }
    // A web server with a good certificate may live at the hub's name; the key of a pin is the hub's alone.
    if (!configured && !route.pinned) {
        const auto is_hub = co_await answers_as_hub(route, line, *stream);
        if (!is_hub) {
            attempt->failure = is_hub.error();
            co_return std::nullopt;
        }
    }
    co_return std::move(*stream);
}

asio::awaitable<std::vector<std::string>> proxies_for(Route route, std::shared_ptr<Lifeline> line) {
    const ProxySettings& settings = route.ways->proxy();
    if (settings.mode == ProxySettings::Mode::custom) co_return std::vector<std::string>(1, settings.url);
    if (settings.mode == ProxySettings::Mode::none || is_this_computer(route.hub.host)) co_return std::vector<std::string>(1);
    const HubAddress hub = route.hub;
    const std::function<Result<std::vector<SystemProxy>>()> asking = [hub] { return system_proxies(hub); };
    const auto found = co_await aside(asking, line, route.times.step);
    std::vector<std::string> proxies;
    if (found)
        for (const SystemProxy& proxy : *found) {
            route.ways->note_system_login(proxy.address, proxy.login);
            proxies.push_back(proxy.address);
        }
    if (found) co_return proxies;
    if (!line->is_cut()) log::warning("this computer's proxy settings cannot be found out in time: connecting straight");
    co_return std::vector<std::string>(1);
}

/// The known way first, if the settings still allow it; then each proxy with each port.
std::vector<Way> plan(const std::vector<std::string>& proxies, const HubAddress& hub, const std::optional<Way>& known) {
    std::vector<Way> ways;
    for (const std::string& proxy : proxies)
        for (const std::uint16_t port : ports_to_try(hub.port)) ways.push_back({port, proxy, false});
    if (!known) return ways;
    const auto it = std::find_if(ways.begin(), ways.end(),
                                 [&](const Way& way) { return way.port == known->port && way.proxy == known->proxy; });
    if (it == ways.end()) return ways;
    ways.erase(it);
    ways.insert(ways.begin(), *known);
    return ways;
}

std::string list_of(const std::vector<std::string>& things) {
    if (things.size() < 2) return things.empty() ? std::string() : things.front();
    return fmt::format("{} and {}", fmt::join(things.begin(), things.end() - 1, ", "), things.back());
}

/// "Also tried port 443; the proxy http://b:3128; no proxy."
std::string also_tried(const std::vector<std::shared_ptr<Attempt>>& attempts, const Attempt& told) {
    std::vector<std::string> ports, others;
    for (const auto& attempt : attempts) {
        if (!attempt->failure || attempt.get() == &told) continue;
        if (attempt->way.proxy == told.way.proxy) {
            ports.push_back(std::to_string(attempt->way.port));
            continue;
        }
        const std::string other = attempt->way.proxy.empty() ? "no proxy" : "the proxy " + attempt->way.proxy;
        if (std::find(others.begin(), others.end(), other) == others.end()) others.push_back(other);
    }
    if (!ports.empty()) others.insert(others.begin(), (ports.size() == 1 ? "port " : "ports ") + list_of(ports));
    return others.empty() ? std::string() : fmt::format(" Also tried: {}.", fmt::join(others, "; "));
}

bool wants_password(const Attempt& attempt) {
    return attempt.failure && attempt.failure->kind == LinkFailure::Kind::proxy_password;
}

/// What the user reads when nothing worked: what he can do something about, else the way he asked for.
LinkFailure summary(const std::vector<std::shared_ptr<Attempt>>& attempts, std::uint16_t configured) {
    const auto find = [&](auto matches) {
        const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const auto& it) { return it->failure && matches(*it); });
        return found == attempts.end() ? nullptr : *found;
    };
    auto told = find(wants_password);
    if (!told) told = find([&](const Attempt& attempt) { return attempt.way.port == configured; });
    if (!told) told = attempts.front();
    LinkFailure failure = *told->failure;
    failure.error.message += also_tried(attempts, *told);
    return failure;
}

/// The ways in turn, the first of them within a whole step; the others share what is left.
class Round {
public:
    Round(Route route, std::vector<Way> ways) : route_(std::move(route)) {
        for (Way& way : ways) attempts_.push_back(std::make_shared<Attempt>(Attempt{std::move(way)}));
    }

    static asio::awaitable<Linked<TlsStream>> run(std::shared_ptr<Round> self, std::shared_ptr<Lifeline> line) {
        for (std::size_t i = 0; i < self->attempts_.size(); ++i) {
            const auto attempt = self->attempts_[i];
            if (self->is_hopeless(attempt->way)) continue;
            Route route = self->route_;
            route.times.step = self->share(i);
            if (route.times.step <= Millis::zero()) break;
            auto stream = co_await try_way(route, line, attempt);
            if (stream) {
                self->route_.ways->worked(attempt->way);
                co_return std::move(*stream);
            }
            if (line->is_cut() || self->is_final(*attempt)) co_return *attempt->failure;
        }
        self->route_.ways->failed();
        co_return summary(self->attempts_, self->route_.hub.port);
    }

private:
    bool is_hopeless(const Way& way) const {
        return std::any_of(attempts_.begin(), attempts_.end(),
                           [&](const auto& tried) { return tried->same_elsewhere && tried->way.proxy == way.proxy; });
    }
    /// Whoever shows another key where the hub should be must not be hidden by a port that works.
    bool is_final(const Attempt& attempt) const {
        return attempt.failure->kind == LinkFailure::Kind::untrusted && attempt.way.port == route_.hub.port;
    }
    Millis share(std::size_t i) const {
        if (i == 0) return route_.times.step;
        const auto left = static_cast<int>(attempts_.size() - i);
        return std::min(route_.times.step, (route_.times.step * steps_together - watch_.elapsed()) / left);
    }

    const Route route_;
    const Stopwatch watch_;
    std::vector<std::shared_ptr<Attempt>> attempts_;
};

}  // namespace

asio::awaitable<Linked<TlsStream>> dial(Route route, std::shared_ptr<Lifeline> line) {
    if (!route.ways) {
        auto connected = co_await connect_straight(route, line);
        if (!connected.socket) co_return std::move(connected.failure);
        co_return co_await secure(route, line, std::move(*connected.socket));
    }
    const auto known = route.ways->known();
    std::vector<Way> ways;
    if (known && route.ways->may_be_down() && route.ways->failures() % tries_of_known != tries_of_known - 1) {
        ways.push_back(*known);
    } else {
        const auto proxies = co_await proxies_for(route, line);
        ways = plan(proxies, route.hub, known);
    }
    const auto round = std::make_shared<Round>(route, std::move(ways));
    co_return co_await Round::run(round, line);
}

}  // namespace pronto::tunnel
