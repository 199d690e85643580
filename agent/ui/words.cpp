#include "agent/ui/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/base/text.hpp"

namespace pronto::agent::words {

std::string question(const AgentState& asked) {
    return asked.operator_name + (asked.mode == control::Mode::control ? " wants to see and control your screen" : " wants to see your screen");
}

std::string permission(const AgentState& asked) {
    return asked.mode == control::Mode::control
               ? "If you accept, they see everything on your screen, use your mouse and keyboard, and share your clipboard. "
                 "You can end it at any moment."
               : "If you accept, they see everything on your screen, but cannot touch anything. You can end it at any moment.";
}

std::string recording(const AgentState& state) {
    if (!state.recorded) return "This session is not recorded.";
    if (state.retention_days <= 0) return "This session is recorded as a movie.";
    return fmt::format("This session is recorded as a movie, which is kept for {} day{}.", state.retention_days,
                       state.retention_days == 1 ? "" : "s");
}

std::string recording_now(const AgentState& shared) {
    if (!shared.recorded) return "Not recorded";
    return shared.paused_by == control::Party::nobody ? "Recording" : "Recording paused";
}

std::string sharing(const AgentState& shared) {
    if (shared.hold) return shared.viewers.size() > 1 && !shared.away ? shared.operator_name + " is away" : "Nobody sees your screen";
    if (shared.phase == Phase::starting) return "Joining " + shared.operator_name + "…";
    return (shared.mode == control::Mode::control ? "Controlled by " : "Seen by ") + shared.operator_name;
}

std::string holding(const AgentState& shared) {
    if (shared.away) return "The connection to the hub was lost. The session goes on by itself as soon as it is back. You can end it here at any moment.";
    if (!shared.hold) return {};
    if (shared.hold->awaited == control::Party::operator_)
        return "The connection of " + shared.operator_name + " was lost. The session goes on by itself as soon as it is back.";
    return "The picture was interrupted. It goes on by itself.";
}

std::string time_left(const Hold& hold, SteadyTime now) {
    return elapsed(0, std::chrono::duration_cast<Millis>(hold.until - now).count()) + " left";
}

std::string away(const AgentState& state) {
    if (!state.away) return {};
    return state.proxy_wants_login ? sentences({state.away->message, state.away->remedy}) : state.away->message;
}

std::string sharing_too(const AgentState& shared) {
    std::string controlling, seeing;
    if (shared.away) return {};  // nobody does
    for (const auto& viewer : shared.viewers) {
        if (viewer.leg == 1) continue;
        auto& names = viewer.mode == control::Mode::control ? controlling : seeing;
        names += (names.empty() ? "" : ", ") + viewer.operator_name;
    }
    if (!controlling.empty()) controlling = "In control, too: " + controlling;
    if (!seeing.empty()) seeing = "Looking on: " + seeing;
    return sentences({controlling, seeing});
}

std::string question(const JoinQuestion& joining) {
    return joining.operator_name +
           (joining.mode == control::Mode::control ? " wants to see and control this screen, too" : " wants to see this screen, too");
}

std::string elapsed(UnixMillis since, UnixMillis now) {
    const auto seconds = std::max<std::int64_t>(0, (now - since) / 1000);
    const auto minutes = seconds / 60 % 60, hours = seconds / 3600;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, seconds % 60) : fmt::format("{}:{:02}", minutes, seconds % 60);
}

std::string notice(const Notice& notice) {
    return sentences({notice.message, notice.remedy});
}

std::string fingerprint(const UntrustedHub& hub) {
    const auto digits = hub.fingerprint.substr(hub.fingerprint.find(':') + 1);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 4) {
        if (i > 0) out += i % 32 == 0 ? '\n' : ' ';
        out += digits.substr(i, 4);
    }
    return out;
}

}  // namespace pronto::agent::words
