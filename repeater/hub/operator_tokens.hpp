#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

/// Bearer tokens of logged-in operators: 256 bits, kept as their SHA-256, 12 hours at most, 30 minutes idle. They outlive the hub.
class OperatorTokens {
public:
    static constexpr Millis longest_life = std::chrono::hours(12);
    static constexpr Millis longest_idle = std::chrono::minutes(30);

    OperatorTokens(const Clock& clock, Records& records) : clock_(clock), records_(records) {}
    /// Those of the hub's last run whose operator is still enabled and has the same credential; the others are taken out.
    void restore(const std::vector<TokenRecord>& rows, const std::vector<Account>& enabled);
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
        SteadyTime written{};  ///< when `used` was last saved
    };
    using Entries = std::map<Sha256, Entry>;
    void drop_expired();
    template <class Condition>
    void drop_if(Condition condition);
    void save(const Entries::value_type& row, bool gone = false);

    const Clock& clock_;
    Records& records_;
    Entries entries_;
};

}  // namespace pronto::hub
