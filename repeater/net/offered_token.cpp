#include "repeater/net/offered_token.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace pronto::net {

namespace beast = boost::beast;

namespace {
constexpr std::string_view scheme = "Bearer ";
constexpr std::string_view token_prefix = "token.";
}  // namespace

std::string bearer_token(std::string_view authorization) {
    if (authorization.size() <= scheme.size() || !beast::iequals(authorization.substr(0, scheme.size()), scheme))
        return {};
    return std::string(authorization.substr(scheme.size()));
}

std::string offered_token(std::string_view authorization, std::string_view protocols) {
    if (auto bearer = bearer_token(authorization); !bearer.empty()) return bearer;
    const beast::http::token_list offered(protocols);
    for (const auto& name : offered) {
        const std::string_view protocol(name.data(), name.size());
        if (protocol.substr(0, token_prefix.size()) == token_prefix)
            return std::string(protocol.substr(token_prefix.size()));
    }
    return {};
}

}  // namespace pronto::net
