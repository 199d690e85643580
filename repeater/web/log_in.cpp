#include "repeater/web/log_in.hpp"

#include "repeater/admin/password.hpp"
#include "repeater/net/turn.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::web {

namespace {

using control::Code;
using control::Error;
using Desk = net::HubThread::Desk;
using Outcome = std::variant<hub::Account, Error>;

Error busy() { return {Code::overloaded, "The hub has too much to do now.", "Try again in a few seconds."}; }

}  // namespace

net::asio::awaitable<Outcome> LogIn::check(std::string user, std::string password, std::string address) {
    auto may_try = [address](Desk& desk) { return desk.attempts.begin(address); };
    const bool allowed = co_await hub_.ask(std::move(may_try));
    if (!allowed) {
        log::warning("log-in refused for a while: too many misses from {}", address);
        co_return Error{Code::too_many_attempts, "Too many wrong log-ins came from this address.", "Wait ten minutes and try again."};
    }
    const bool my_turn = co_await net::wait_for_turn(hub_, address);
    if (!my_turn) {
        hub_.post([address](Desk& desk) { desk.attempts.take_back(address); });
        co_return busy();
    }
    std::optional<std::optional<hub::Account>> answer;
    bool broken = false;
    try {
        auto verifying = [this, user, password] { return verified(user, password); };
        answer = co_await passwords_.run(std::move(verifying));
    } catch (const std::exception& problem) {
        log::error("a password could not be checked: {}", problem.what());
        broken = true;
    }
    if (!answer) {
        hub_.post([address](Desk& desk) { desk.attempts.take_back(address); });
        if (!broken) co_return busy();
        co_return Error{Code::internal, "The hub could not check this; its log says why.", "Ask the hub's administrator."};
    }
    const auto account = *answer;
    auto deciding = [known = account.has_value(), address](Desk& desk) {
        if (known)
            desk.attempts.succeeded(address);
        else
            desk.attempts.failed();
    };
    co_await hub_.ask(std::move(deciding));
    if (account) co_return *account;
    log::warning("log-in of \"{}\" from {} failed", presentable(user, 64), address);
    co_return Error{Code::wrong_password, "User name or password is wrong.", "Check both and try again."};
}

/// On a password worker: as long for an unknown user as for a wrong password.
std::optional<hub::Account> LogIn::verified(const std::string& user, const std::string& password) const {
    const auto stored = archive_.account(user);
    if (!stored || !stored->enabled) {
        admin::verify_nobody(password);
        return std::nullopt;
    }
    if (!admin::verify_password(stored->password_hash, password)) return std::nullopt;
    return stored->account;
}

}  // namespace pronto::web
