#pragma once

#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/stage.hpp"

namespace pronto::hub {

/// An operator and a guest, online.
struct Pair : Stage {
    explicit Pair(Settings settings = {}) : Stage(std::move(settings)) {
        anna_peer = join_operator(anna);
        guest = join_guest();
    }
    std::string session_in(control::SessionState state) { return Stage::session_in(state, anna_peer, guest); }
    std::string token(PeerId peer) { return last<control::SessionStream>(peer)->token; }
    bool opens(const std::string& session, const std::string& stream, const std::string& token) {
        const auto answer = hub.redeem(session, stream, token);
        const auto* error = std::get_if<control::Error>(&answer);
        if (error) CHECK(error->code == control::Code::unauthorized);
        return !error;
    }

    PeerId anna_peer = 0;
    PeerId guest = 0;
};

}  // namespace pronto::hub
