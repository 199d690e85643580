#pragma once

#include <optional>
#include <string>

#include "rfb-ext/control/resume_key.hpp"
#include "tests/unit/repeater/hub/fakes.hpp"

namespace pronto::hub {

/// Stands still until it is moved; what the wall says can be set, as people and time servers do.
class StageClock final : public Clock {
public:
    SteadyTime now() const override { return clock_.now(); }
    UnixMillis unix_now() const override { return clock_.unix_now() + set_by_.count(); }
    void advance(Millis by) { clock_.advance(by); }
    void set_wall(Millis by) { set_by_ += by; }

private:
    ManualClock clock_;
    Millis set_by_{0};
};

/// A hub with a clock that stands still and peers that note what they hear. Every step checks the hub's invariants.
class Stage {
public:
    explicit Stage(Settings settings = {}) : hub(std::move(settings), clock, outside, records) {}

    PeerId join_operator(const Account& account, const std::vector<std::string>& sessions = {});
    /// A guest that can come back: with anna's ticket and a key.
    PeerId join_resumable(const control::ResumeKey& key);
    /// Whoever has that key comes back with this token.
    PeerId come_back(const control::ResumeKey& key, const std::string& token, const std::vector<std::string>& sessions = {});
    PeerId join_guest(const std::string& ticket, const std::string& host_name = "netceck.example.org");
    /// A ticket of anna's and the guest who used it.
    PeerId join_guest();
    std::string new_ticket(const Account& by);
    /// Its connection is lost; or it says goodbye.
    void leave(PeerId peer, bool chosen = false);
    void say(PeerId peer, control::Message message, std::optional<std::uint64_t> id = std::nullopt);
    void pass(Millis time);
    void streaming(const std::string& session, int leg = 1);
    void stream_closed(const std::string& session, StreamEnd::Cause cause, const std::string& detail = {},
                       Traffic traffic = {}, int leg = 1, bool chosen = false);

    /// Drives a session between two peers to a state; its id.
    std::string session_in(control::SessionState state, PeerId asking, PeerId guest,
                           control::Mode mode = control::Mode::control);

    /// The newest message of a type that the peer heard, with its envelope; nullptr if none.
    template <class M>
    const M* last(PeerId peer) const {
        const auto* envelope = last_envelope<M>(peer);
        return envelope ? &std::get<M>(envelope->message) : nullptr;
    }
    template <class M>
    const control::Envelope* last_envelope(PeerId peer) const {
        const auto heard = outside.sent.find(peer);
        if (heard == outside.sent.end()) return nullptr;
        for (auto it = heard->second.rbegin(); it != heard->second.rend(); ++it)
            if (std::holds_alternative<M>(it->message)) return &*it;
        return nullptr;
    }
    template <class M>
    std::size_t count(PeerId peer) const {
        std::size_t n = 0;
        if (const auto heard = outside.sent.find(peer); heard != outside.sent.end())
            for (const auto& envelope : heard->second) n += std::holds_alternative<M>(envelope.message);
        return n;
    }
    /// The code of the newest refusal the peer heard.
    std::optional<control::Code> refused(PeerId peer) const;
    const SessionRecord& record() const { return records.sessions.back(); }
    bool hears_nothing(PeerId peer) const { return !outside.sent.contains(peer); }
    void forget_heard() { outside.sent.clear(); }

    const Account anna{1, "anna", false};
    const Account bert{2, "bert", false};
    const Account root{9, "root", true};

    StageClock clock;
    FakeOutside outside;
    FakeRecords records;
    Hub hub;

    static constexpr Millis last_words{250};  ///< until a leg that ended is called lost

private:
    PeerId next_peer_ = 1;
};

control::Envelope hello(control::Role role, const std::string& ticket = {}, const std::string& host_name = "netceck");

}  // namespace pronto::hub
