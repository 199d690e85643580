#include "viewer/ui/people.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/model/ticket_text.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {
namespace {

struct Kind {
    control::Role role;
    const char* key;
    const char* heading;
    const char* icon;
};
constexpr std::array kinds{Kind{control::Role::guest, "guests", "Guests", "life-buoy"},
                           Kind{control::Role::host, "hosts", "Hosts", "server"},
                           Kind{control::Role::operator_, "operators", "Operators", "headset"}};

std::string note_of(const control::Presence& entry, const Session* session, bool own) {
    if (own) return "(you)";
    if (session) return fmt::format("({})", state_in_a_word(*session));
    if (!entry.session.empty()) return "(in a session)";
    if (entry.kind == control::Kind::vnc) return "(VNC server)";
    return entry.user.empty() ? "" : fmt::format("({})", entry.user);
}

Fl_Color colour_of(const control::Presence& entry, const Session* session) {
    if (session) return session->state == control::SessionState::streaming ? ui::colour::accent : ui::colour::warning;
    if (!entry.session.empty()) return ui::colour::faint;
    return entry.role == control::Role::operator_ ? ui::colour::muted : ui::colour::good;
}

ui::ListRow row_of(const control::Presence& entry, const ConsoleModel& model, const Kind& kind,
                   const std::string& key) {
    const auto* session = model.live_session_with(entry.peer);
    const auto* icon = entry.kind == control::Kind::vnc ? "screen-share" : kind.icon;
    ui::ListRow row{key, entry.name, note_of(entry, session, entry.peer == model.own_peer()), icon};
    // Without a connection nobody knows who is there: the list is as it was.
    row.icon_colour = model.logged_in() || session ? colour_of(entry, session) : ui::colour::faint;
    row.depth = 1;
    return row;
}

}  // namespace

People people_of(const ConsoleModel& model) {
    People people;
    for (const auto& kind : kinds) {
        bool headed = false;
        for (const auto& entry : model.presence()) {
            if (entry.role != kind.role) continue;
            if (!std::exchange(headed, true)) {
                ui::ListRow heading{fmt::format("group:{}", kind.key), kind.heading, {}, "folder"};
                heading.icon_colour = ui::colour::muted;
                heading.group = true;
                people.rows.push_back(heading);
            }
            // An operator may be logged in twice.
            const auto key =
                people.peers.contains(entry.name) ? fmt::format("{}#{}", entry.name, entry.peer) : entry.name;
            people.peers[key] = entry.peer;
            people.rows.push_back(row_of(entry, model, kind, key));
        }
    }
    return people;
}

std::string key_of(const People& people, std::uint64_t peer) {
    const auto found =
        std::find_if(people.peers.begin(), people.peers.end(), [&](const auto& entry) { return entry.second == peer; });
    return found == people.peers.end() ? std::string{} : found->first;
}

std::vector<Fact> facts_about(const control::Presence& entry, const Session* session) {
    std::vector<Fact> facts;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) facts.push_back({name, value});
    };
    const bool vnc = entry.kind == control::Kind::vnc;
    if (vnc) add("Kind", entry.wants_password ? "VNC server, with a password" : "VNC server");
    add("User", entry.user);
    add("Computer", entry.host_name);
    add("System", entry.system);
    add("Address", entry.address);
    add("Ticket", entry.ticket.empty() || entry.ticket_owner.empty()
                      ? entry.ticket
                      : fmt::format("{} from {}", entry.ticket, entry.ticket_owner));
    if (entry.since > 0) add(vnc ? "Waiting since" : "Online since", local_date_time(entry.since));
    add("Program", entry.software);
    if (session)
        add("Session", state_in_words(*session));
    else if (!entry.session.empty())
        add("Session", "somebody else is helping");
    return facts;
}

}  // namespace pronto::viewer
