#include "repeater/hub/operator_tokens.hpp"

#include <algorithm>

namespace pronto::hub {

namespace {

/// Log-ins one operator may hold at once; a newer one ends the one that has been idle longest.
constexpr int most_each = 1'000;

}  // namespace

void OperatorTokens::drop_expired() {
    const auto now = clock_.now();
    std::erase_if(entries_, [&](const auto& row) {
        return now >= row.second.issued + longest_life || now >= row.second.used + longest_idle;
    });
}

OperatorTokens::Issued OperatorTokens::issue(const Account& account) {
    drop_expired();
    auto idlest = entries_.end();
    int held = 0;
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        if (it->second.account.id != account.id) continue;
        ++held;
        if (idlest == entries_.end() || it->second.used < idlest->second.used) idlest = it;
    }
    if (held >= most_each) entries_.erase(idlest);
    const std::string token = random_token();
    entries_[sha256(as_bytes(token))] = {account, clock_.now(), clock_.now()};
    return {token, clock_.unix_now() + longest_life.count()};
}

std::optional<Account> OperatorTokens::check(std::string_view token) {
    drop_expired();
    const auto found = entries_.find(sha256(as_bytes(token)));
    if (found == entries_.end()) return std::nullopt;
    found->second.used = clock_.now();
    return found->second.account;
}

void OperatorTokens::revoke(std::string_view token) {
    entries_.erase(sha256(as_bytes(token)));
}

void OperatorTokens::keep(const Credentials& enabled) {
    std::erase_if(entries_, [&](const auto& row) {
        const auto found = enabled.find(row.second.account.id);
        return found == enabled.end() || found->second != row.second.account.credential;
    });
}

}  // namespace pronto::hub
