#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "repeater/hub/deadlines.hpp"
#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

enum class Side;

/// One-time tokens that open one side of one stream of one session. Only their SHA-256 is kept.
class StreamTokens {
public:
    struct Opens {
        std::string session;
        std::string stream;
        Side side;
        int leg = 1;  ///< of the viewer
    };

    StreamTokens(Millis life, const Clock& clock) : life_(life), clock_(clock) {}
    std::string issue(const Opens& what);
    /// What the token opens, or nothing if it is unknown, used or expired. Used up by this.
    std::optional<Opens> redeem(std::string_view token);
    /// The session is over, or this viewer leg of it, or its stream is awaited anew: those tokens open nothing any more.
    void forget(const std::string& session);
    void forget(const std::string& session, int leg);

    void tick();
    std::optional<SteadyTime> next_deadline() const { return expiry_.first(); }
    std::size_t live() const { return entries_.size(); }

private:
    void erase(const Sha256& digest);

    const Millis life_;
    const Clock& clock_;
    std::map<Sha256, Opens> entries_;
    std::multimap<std::string, Sha256> of_session_;
    Deadlines<Sha256> expiry_;
};

}  // namespace pronto::hub
