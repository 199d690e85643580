#include "repeater/hub/operator_tokens.hpp"

#include <algorithm>

#include "rfb-ext/base/text.hpp"

namespace pronto::hub {

namespace {

/// Log-ins one operator may hold at once; a newer one ends the one that has been idle longest.
constexpr int most_each = 1'000;
/// A hub that is killed remembers the use of a token as of so long ago at most.
constexpr Millis longest_unwritten{60'000};

std::string credential_digest(const Account& account) {
    return hex(sha256(as_bytes(account.credential)));
}

Millis since(UnixMillis time, UnixMillis now) {
    return Millis{std::max<std::int64_t>(0, now - time)};
}

}  // namespace

template <class Condition>
void OperatorTokens::drop_if(Condition condition) {
    for (auto row = entries_.begin(); row != entries_.end();) {
        if (!condition(row->second)) {
            ++row;
            continue;
        }
        save(*row, true);
        row = entries_.erase(row);
    }
}

void OperatorTokens::drop_expired() {
    const auto now = clock_.now();
    drop_if([now](const Entry& entry) { return now >= entry.issued + longest_life || now >= entry.used + longest_idle; });
}

void OperatorTokens::save(const Entries::value_type& row, bool gone) {
    const auto& entry = row.second;
    const auto ago = [this](SteadyTime then) {
        return clock_.unix_now() - std::chrono::duration_cast<Millis>(clock_.now() - then).count();
    };
    TokenRecord record;
    record.token_sha256 = hex(row.first);
    record.operator_id = entry.account.id;
    record.credential_sha256 = credential_digest(entry.account);
    record.issued = ago(entry.issued);
    record.used = ago(entry.used);
    record.gone = gone;
    records_.save(record);
}

void OperatorTokens::restore(const std::vector<TokenRecord>& rows, const std::vector<Account>& enabled) {
    const auto now = clock_.now();
    const auto wall = clock_.unix_now();
    for (const auto& row : rows) {
        const auto account = std::find_if(enabled.begin(), enabled.end(), [&](const Account& one) { return one.id == row.operator_id; });
        const auto digest = from_hex(row.token_sha256);
        if (account == enabled.end() || credential_digest(*account) != row.credential_sha256 || !digest || digest->size() != Sha256{}.size()) {
            auto gone = row;
            gone.gone = true;
            records_.save(gone);
            continue;
        }
        Sha256 key{};
        std::copy(digest->begin(), digest->end(), key.begin());
        entries_[key] = {*account, now - since(row.issued, wall), now - since(row.used, wall), now};
    }
    drop_expired();
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
    if (held >= most_each) {
        save(*idlest, true);
        entries_.erase(idlest);
    }
    const std::string token = random_token();
    const auto now = clock_.now();
    save(*entries_.insert_or_assign(sha256(as_bytes(token)), Entry{account, now, now, now}).first);
    return {token, clock_.unix_now() + longest_life.count()};
}

std::optional<Account> OperatorTokens::check(std::string_view token) {
    drop_expired();
    const auto found = entries_.find(sha256(as_bytes(token)));
    if (found == entries_.end()) return std::nullopt;
    Entry& entry = found->second;
    entry.used = clock_.now();
    if (entry.used - entry.written >= longest_unwritten) {
        entry.written = entry.used;
        save(*found);
    }
    return entry.account;
}

void OperatorTokens::revoke(std::string_view token) {
    const auto found = entries_.find(sha256(as_bytes(token)));
    if (found == entries_.end()) return;
    save(*found, true);
    entries_.erase(found);
}

void OperatorTokens::keep(const Credentials& enabled) {
    drop_if([&](const Entry& entry) {
        const auto found = enabled.find(entry.account.id);
        return found == enabled.end() || found->second != entry.account.credential;
    });
}

}  // namespace pronto::hub
