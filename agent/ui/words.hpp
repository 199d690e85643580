#pragma once

#include <string>

#include "agent/model/agent_model.hpp"

/// What the window says, without widgets.
namespace pronto::agent::words {

std::string question(const AgentState& asked);   ///< "maria wants to see and control your screen"
std::string permission(const AgentState& asked); ///< what a yes allows
std::string recording(const AgentState& state);  ///< that it is recorded and how long it is kept, or that it is not
/// Whether what is shared gets into a movie just now.
std::string recording_now(const AgentState& shared);
std::string sharing(const AgentState& shared);   ///< "Controlled by maria": a long name is cut at its end
/// While the session waits: why nobody, or the operator, does not see the screen, and that it goes on by itself. Else empty.
std::string holding(const AgentState& shared);
/// "1:54 left"
std::string time_left(const Hold& hold, SteadyTime now);
/// Why the hub is away, for a page that has said so already.
std::string away(const AgentState& state);
/// Who else does: "In control, too: bert. Looking on: carla, otto." Empty if nobody.
std::string sharing_too(const AgentState& shared);
std::string question(const JoinQuestion& joining);  ///< "bert wants to see and control this screen, too"
/// Since `since`, as "0:07", "12:30", "1:02:03".
std::string elapsed(UnixMillis since, UnixMillis now);
std::string notice(const Notice& notice);        ///< what is wrong and what to do
/// "sha256:" and 64 digits in two lines of eight groups.
std::string fingerprint(const UntrustedHub& hub);

}  // namespace pronto::agent::words
