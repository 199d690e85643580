#pragma once

#include "repeater/hub/resumptions.hpp"
#include "repeater/hub/sessions.hpp"
#include "tests/unit/repeater/hub/pair.hpp"

namespace pronto::hub {

inline constexpr Millis grace{120'000};

inline Settings with_grace() {
    Settings settings;
    settings.grace = grace;
    return settings;
}

/// An operator and a guest that both can come back.
struct Lasting : Stage {
    Lasting() : Stage(with_grace()) {
        anna_peer = join_operator(anna);
        guest = join_resumable(key);
    }
    std::string token(PeerId peer) { return last<control::Welcome>(peer)->resume; }
    std::string stream_token(PeerId peer) { return last<control::SessionStream>(peer)->token; }
    std::string in(control::SessionState state) { return session_in(state, anna_peer, guest); }
    /// Each side takes its seat.
    void open(const std::string& session, PeerId viewer, PeerId host) {
        for (const PeerId peer : {viewer, host})
            REQUIRE(std::holds_alternative<StreamGrant>(hub.redeem(session, last<control::SessionStream>(peer)->stream, stream_token(peer))));
    }
    std::string running() {
        const auto id = in(control::SessionState::granted);
        open(id, anna_peer, guest);
        streaming(id);
        return id;
    }
    /// Leg 2 of it, with the guest's consent.
    PeerId bert_joined(const std::string& session, control::Mode mode) {
        const PeerId peer = join_operator(bert);
        say(peer, control::SessionJoin{session, mode}, 7);
        say(guest, control::SessionAnswer{session, true, 2});
        streaming(session, 2);
        return peer;
    }

    const control::ResumeKey key = control::ResumeKey::make();
    PeerId anna_peer = 0;
    PeerId guest = 0;
};

/// The hub that starts after that one, and finds its cases.
struct Restarted : Stage {
    explicit Restarted(const Stage& before) : Stage(with_grace()) {
        records.assistances = before.records.assistances;
        records.flush();
    }
};

}  // namespace pronto::hub
