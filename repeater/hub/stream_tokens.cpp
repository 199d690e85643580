#include "repeater/hub/stream_tokens.hpp"

namespace pronto::hub {

std::string StreamTokens::issue(const Opens& what) {
    std::string token = random_token();
    const Sha256 digest = sha256(as_bytes(token));
    entries_.emplace(digest, what);
    of_session_.emplace(what.session, digest);
    expiry_.set(digest, clock_.now() + life_);
    return token;
}

std::optional<StreamTokens::Opens> StreamTokens::redeem(std::string_view token) {
    tick();
    const Sha256 digest = sha256(as_bytes(token));
    const auto found = entries_.find(digest);
    if (found == entries_.end()) return std::nullopt;
    Opens what = found->second;
    expiry_.clear(digest);
    erase(digest);
    return what;
}

void StreamTokens::forget(const std::string& session) {
    const auto [first, last] = of_session_.equal_range(session);
    for (auto it = first; it != last; ++it) {
        expiry_.clear(it->second);
        entries_.erase(it->second);
    }
    of_session_.erase(first, last);
}

void StreamTokens::forget(const std::string& session, int leg) {
    const auto [first, last] = of_session_.equal_range(session);
    for (auto it = first; it != last;) {
        const auto entry = entries_.find(it->second);
        if (entry->second.leg != leg) {
            ++it;
            continue;
        }
        expiry_.clear(it->second);
        entries_.erase(entry);
        it = of_session_.erase(it);
    }
}

void StreamTokens::erase(const Sha256& digest) {
    const auto found = entries_.find(digest);
    const auto [first, last] = of_session_.equal_range(found->second.session);
    for (auto it = first; it != last; ++it) {
        if (it->second != digest) continue;
        of_session_.erase(it);
        break;
    }
    entries_.erase(found);
}

void StreamTokens::tick() {
    for (const Sha256& digest : expiry_.take_due(clock_.now())) erase(digest);
}

}  // namespace pronto::hub
