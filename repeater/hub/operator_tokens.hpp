#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

/// Bearer tokens of logged-in operators: 256 bits, kept as their SHA-256, 12 hours at most, 30 minutes idle.
class OperatorTokens {
public:
    static constexpr Millis longest_life = std::chrono::hours(12);
    static constexpr Millis longest_idle = std::chrono::minutes(30);

    explicit OperatorTokens(const Clock& clock) : clock_(clock) {}
    struct Issued {
        std::string token;
        UnixMillis expires = 0;
    };
    Issued issue(const Account& account);
    /// Whose token it is; using it ends its idleness.
    std::optional<Account> check(std::string_view token);
    void revoke(std::string_view token);
    /// Ends the log-ins of accounts that are not in there, or with another credential.
    void keep(const Credentials& enabled);

private:
    struct Entry {
        Account account;
        SteadyTime issued;
        SteadyTime used;
    };
    void drop_expired();

    const Clock& clock_;
    std::map<Sha256, Entry> entries_;
};

}  // namespace pronto::hub
