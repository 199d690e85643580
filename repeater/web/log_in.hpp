#pragma once

#include <optional>
#include <string>
#include <variant>

#include "repeater/net/hub_thread.hpp"
#include "repeater/records/archive.hpp"
#include "repeater/web/workers.hpp"
#include "rfb-ext/control/errors.hpp"

namespace pronto::web {

/// Checks operators' passwords, wherever they come in: REST, and standard viewers. Argon2id runs on two workers with a
/// bounded queue; tries of one address are counted and take turns with all others.
class LogIn {
public:
    LogIn(net::HubThread& hub, const records::Archive& archive) : hub_(hub), archive_(archive) {}

    /// Whose these are. Errors: wrong_password, too_many_attempts, overloaded, internal.
    net::asio::awaitable<std::variant<hub::Account, control::Error>> check(std::string user, std::string password,
                                                                           std::string address);

private:
    std::optional<hub::Account> verified(const std::string& user, const std::string& password) const;

    net::HubThread& hub_;
    const records::Archive& archive_;
    Workers passwords_{2, 16};
};

}  // namespace pronto::web
