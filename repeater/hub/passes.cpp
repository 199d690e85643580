#include "repeater/hub/passes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

namespace {

/// Crockford's base32 in small letters: without i, l, o and u, which are taken for 1, 0 and v.
constexpr std::string_view symbols = "0123456789abcdefghjkmnpqrstvwxyz";

std::string random_pass() {
    std::string pass;
    for (const Byte byte : random_bytes(8)) pass += symbols[byte % symbols.size()];
    return pass;
}

std::string random_number() {
    std::uint64_t value = 0;
    for (const Byte byte : random_bytes(8)) value = value << 8 | byte;
    return fmt::format("{}", 100'000'000 + value % 900'000'000);
}

}  // namespace

std::variant<Passes::Issued, control::Error> Passes::issue(UsedPass what) {
    const auto own = std::count_if(entries_.begin(), entries_.end(), [&](const auto& row) {
        return row.second.what.account.id == what.account.id;
    });
    if (static_cast<std::size_t>(own) >= most_each)
        return control::Error{control::Code::too_many_attempts, fmt::format("You have {} passes that have not expired yet.", own),
                              "Use those, or wait a minute."};
    if (entries_.size() >= most)
        return control::Error{control::Code::overloaded, "Too many passes are live on this hub.", "Try again in a minute."};
    Issued issued{random_pass(), random_number(), clock_.unix_now() + life.count()};
    while (entries_.contains(issued.number)) issued.number = random_number();
    entries_.emplace(issued.number, Entry{Secret(std::string(issued.pass)), std::move(what)});
    expiry_.set(issued.number, clock_.now() + life);
    return issued;
}

std::optional<UsedPass> Passes::use(const std::function<bool(std::string_view)>& matches) {
    tick();
    std::string found;
    for (const auto& [number, entry] : entries_)
        if (matches(entry.pass.text())) found = number;
    return found.empty() ? std::nullopt : use_up(found);
}

std::optional<UsedPass> Passes::use_number(std::string_view number) {
    tick();
    std::string found;
    for (const auto& [known, entry] : entries_)
        if (constant_time_equal(as_bytes(known), as_bytes(number))) found = known;
    return found.empty() ? std::nullopt : use_up(found);
}

std::optional<UsedPass> Passes::use_up(const std::string& number) {
    auto entry = entries_.extract(number);
    expiry_.clear(number);
    return std::move(entry.mapped().what);
}

void Passes::keep(const Credentials& enabled) {
    for (auto it = entries_.begin(); it != entries_.end();) {
        const auto& account = it->second.what.account;
        const auto found = enabled.find(account.id);
        const bool kept = found != enabled.end() && found->second == account.credential;
        if (!kept) expiry_.clear(it->first);
        it = kept ? std::next(it) : entries_.erase(it);
    }
}

void Passes::tick() {
    for (const auto& number : expiry_.take_due(clock_.now())) {
        wipe(entries_.at(number).what.host_password);
        entries_.erase(number);
    }
}

}  // namespace pronto::hub
