#include "rfb-ext/tunnel/proxy_failure.hpp"

#include <fmt/format.h>

namespace pronto::tunnel {

namespace {

using Outcome = ProxyAnswer::Outcome;

constexpr const char* check_settings =
    "Check the proxy in the network settings, and that this computer is connected to the network.";

control::Error words_for(const Where& where, const std::string& name, const ProxyAnswer& answer) {
    const std::string hub = to_text(where.hub);
    const std::string said = answer.words.empty() ? "it gave no reason" : answer.words;
    switch (answer.outcome) {
        case Outcome::unreachable:
            return {control::Code::offline, fmt::format("The proxy {} cannot be reached: {}.", name, said),
                    check_settings};
        case Outcome::untrusted:
            return {control::Code::forbidden, fmt::format("The proxy {} is not trusted: {}.", name, said),
                    "Ask the people who run the proxy for the certificate of their authority, and have it installed on "
                    "this computer."};
        case Outcome::wants_password:
            return {control::Code::forbidden, fmt::format("The proxy {} asks for a user and a password.", name),
                    "Give the user and the password that your network's proxy expects."};
        case Outcome::wrong_password:
            return {control::Code::forbidden,
                    fmt::format("The proxy {} does not accept the user and the password it was given.", name),
                    "Check both and give them again; after several wrong tries the account may be locked."};
        case Outcome::wants_another_login:
            return {control::Code::forbidden,
                    fmt::format("The proxy {} takes no password: it offers only to log in by {}, which did not succeed.", name, said),
                    "Log in to this computer with the account of your network, or ask the people who run the proxy to let this "
                    "computer through."};
        case Outcome::refused:
            if (answer.status >= 500)
                return {control::Code::offline,
                        fmt::format("The proxy {} does not get through to the hub {}: {}.", name, hub, said),
                        fmt::format("Check the hub's address and port; if both are right, ask the people who run the "
                                    "proxy whether it "
                                    "can reach {}.",
                                    hub)};
            return {control::Code::forbidden,
                    fmt::format("The proxy {} does not allow connections to the hub {}: {}.", name, hub, said),
                    fmt::format("Ask the people who run the proxy to allow CONNECT to {}, port {}.", where.hub.host,
                                where.hub.port)};
        case Outcome::open:
        case Outcome::broken:
            break;
    }
    return {control::Code::offline, fmt::format("The proxy {} broke the connection off: {}.", name, said),
            check_settings};
}

}  // namespace

LinkFailure proxy_failure(const Where& where, const ProxyAddress& proxy, const ProxyAnswer& answer) {
    const bool password = answer.outcome == Outcome::wants_password || answer.outcome == Outcome::wrong_password;
    LinkFailure failure;
    failure.kind = password ? LinkFailure::Kind::proxy_password : LinkFailure::Kind::proxy;
    failure.proxy = to_text(proxy);
    failure.error = words_for(where, failure.proxy, answer);
    return failure;
}

LinkFailure proxy_silent(const Where& where, const ProxyAddress& proxy) {
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::proxy;
    failure.proxy = to_text(proxy);
    failure.error = {control::Code::offline,
                     fmt::format("The proxy {} gave no connection to the hub {} within {:g} s.", failure.proxy,
                                 to_text(where.hub), std::chrono::duration<double>(where.limit).count()),
                     check_settings};
    return failure;
}

}  // namespace pronto::tunnel
