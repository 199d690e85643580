#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "repeater/hub/deadlines.hpp"
#include "repeater/hub/hub.hpp"
#include "repeater/hub/records.hpp"

namespace pronto::hub {

/// Guests that may come back under their name and case after a lost connection: each has a one-time token and the key that
/// proves it is theirs (control::ResumeKey).
class Resumptions {
public:
    /// How long one may be away, and how many of those are kept; the longest gone are forgotten first.
    static constexpr Millis absence = std::chrono::hours(7 * 24);
    static constexpr std::size_t most_away = 50'000;

    Resumptions(const Clock& clock, Records& records) : clock_(clock), records_(records) {}

    /// A guest that came with a ticket and a key. `row` without tokens. Its first token; saved.
    std::string begin(PeerId peer, ResumeRecord row);
    struct Back {
        ResumeRecord row;
        std::string token;  ///< for the next time
        PeerId before = 0;  ///< its older connection, which nobody had given up yet; 0: none
    };
    /// The guest is `peer` from now on; saved. Error: cannot_resume.
    std::variant<Back, control::Error> resume(PeerId peer, std::string_view token, std::string_view proof);
    /// The connection is gone. `chosen`: the guest said goodbye, and will not come back.
    void left(PeerId peer, bool chosen);
    bool may_return(PeerId peer) const { return of_peer_.contains(peer); }
    /// Is the ticket still that of a guest, there or away?
    bool holds(const std::string& ticket) const { return entries_.contains(ticket); }

    /// What the hub's last run knew; all of them are away now.
    void restore(std::vector<ResumeRecord> rows);

    void tick();
    std::optional<SteadyTime> next_deadline() const { return forget_.first(); }
    std::size_t known() const { return entries_.size(); }

private:
    struct Entry {
        ResumeRecord row;
        PeerId peer = 0;  ///< 0: it is away
    };
    Entry* find(const std::string& token_sha256);
    std::string new_token(Entry& entry, const std::string& used);
    void await(Entry& entry, Millis longest);
    void forget(const std::string& ticket);

    const Clock& clock_;
    Records& records_;
    std::map<std::string, Entry> entries_;           ///< by ticket
    std::map<std::string, std::string> by_digest_;   ///< tickets
    std::map<PeerId, std::string> of_peer_;          ///< tickets
    Deadlines<std::string> forget_;                  ///< those that are away
};

}  // namespace pronto::hub
