#include "repeater/hub/resumptions.hpp"

#include <algorithm>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/control/resume_key.hpp"

namespace pronto::hub {

namespace {

std::string digest_of(std::string_view token) {
    return hex(sha256(as_bytes(token)));
}

control::Error cannot_resume() {
    return {control::Code::cannot_resume, "The hub does not know this connection any more.",
            "Ask your technician for a new ticket."};
}

}  // namespace

Resumptions::Entry* Resumptions::find(const std::string& token_sha256) {
    const auto found = by_digest_.find(token_sha256);
    return found == by_digest_.end() ? nullptr : &entries_.at(found->second);
}

/// The token that was `used` stays good until the next one is: the answer with that may be lost on its way.
std::string Resumptions::new_token(Entry& entry, const std::string& used) {
    auto& row = entry.row;
    for (const auto* old : {&row.token_sha256, &row.earlier_sha256})
        if (*old != used) by_digest_.erase(*old);
    std::string token = random_token();
    row.token_sha256 = digest_of(token);
    row.earlier_sha256 = used;
    row.left.reset();
    by_digest_[row.token_sha256] = row.ticket;
    records_.save(row);
    return token;
}

std::string Resumptions::begin(PeerId peer, ResumeRecord row) {
    forget(row.ticket);  // of a ticket with the same text, years ago
    const std::string ticket = row.ticket;
    auto& entry = entries_[ticket];
    entry.row = std::move(row);
    entry.peer = peer;
    of_peer_[peer] = ticket;
    return new_token(entry, {});
}

std::variant<Resumptions::Back, control::Error> Resumptions::resume(PeerId peer, std::string_view token, std::string_view proof) {
    tick();
    const std::string digest = digest_of(token);
    Entry* entry = find(digest);
    if (!entry || !control::proves(entry->row.key, token, proof)) return cannot_resume();
    Back back;
    back.before = std::exchange(entry->peer, peer);
    of_peer_.erase(back.before);
    of_peer_[peer] = entry->row.ticket;
    forget_.clear(entry->row.ticket);
    back.token = new_token(*entry, digest);
    back.row = entry->row;
    return back;
}

void Resumptions::left(PeerId peer, bool chosen) {
    const auto found = of_peer_.extract(peer);
    if (!found) return;
    Entry& entry = entries_.at(found.mapped());
    entry.peer = 0;
    if (chosen) return forget(found.mapped());
    entry.row.left = clock_.unix_now();
    records_.save(entry.row);
    await(entry, absence);
}

void Resumptions::await(Entry& entry, Millis longest) {
    forget_.set(entry.row.ticket, clock_.now() + longest);
    if (forget_.size() > most_away) forget(*forget_.first_key());
}

void Resumptions::forget(const std::string& ticket) {
    const auto found = entries_.find(ticket);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    for (const auto& digest : {entry.row.token_sha256, entry.row.earlier_sha256}) by_digest_.erase(digest);
    of_peer_.erase(entry.peer);
    forget_.clear(ticket);
    entry.row.gone = true;
    records_.save(entry.row);
    entries_.erase(found);
}

void Resumptions::restore(std::vector<ResumeRecord> rows) {
    const auto now = clock_.unix_now();
    for (auto& row : rows) {
        const std::string ticket = row.ticket;
        const bool was_there = !row.left;  // when the hub went down
        if (was_there) row.left = now;
        const Millis remaining = absence - Millis(std::max<std::int64_t>(0, now - *row.left));
        auto& entry = entries_[ticket];
        entry.row = std::move(row);
        for (const auto& digest : {entry.row.token_sha256, entry.row.earlier_sha256})
            if (!digest.empty()) by_digest_[digest] = ticket;
        if (was_there) records_.save(entry.row);
        if (remaining <= Millis{0})
            forget(ticket);
        else
            await(entry, remaining);
    }
}

void Resumptions::tick() {
    for (const auto& ticket : forget_.take_due(clock_.now())) forget(ticket);
}

}  // namespace pronto::hub
