#pragma once

#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::viewer {

struct Session;

/// "waiting for consent": beside a name in the tree.
std::string state_in_a_word(const Session& session);
/// "Asking NETCECK-210EB for consent…": a sentence for the waiting page.
std::string state_in_words(const Session& session);
/// Why it is over: who or what ended it ("NETCECK-210EB said no"), the reason in more words and the figures; the last
/// two may be empty.
struct EndWords {
    std::string heading;
    std::string reason;
    std::string figures;
    std::string more() const { return reason + (reason.empty() || figures.empty() ? "" : " ") + figures; }
};
EndWords end_in_words(const Session& session);
/// Over the last picture of a session that is to go on: what is awaited, and until when ("The session goes on by itself if
/// it comes back within 1:45."); the latter may be empty. `connection` is how the model calls the state of ours.
struct PauseWords {
    std::string heading;
    std::string more;
};
PauseWords pause_in_words(const Session& session, const std::string& connection, UnixMillis now);
/// "2 min 05 s".
std::string duration_in_words(std::int64_t ms);

/// The outcomes of a report in the order the form shows them.
std::string outcome_in_words(control::Outcome outcome);

}  // namespace pronto::viewer
