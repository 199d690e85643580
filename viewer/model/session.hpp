#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/control/messages.hpp"
#include "viewer/model/bridge_place.hpp"
#include "viewer/model/screens.hpp"

namespace pronto::viewer {

/// Where the operator wants to see a session.
enum class SeenIn { window, other_viewer };

/// One session as the console knows it, from the operator's request to its end.
struct Session {
    /// offered: a bridge waits for a viewer.
    enum class Screen { none, connecting, offered, showing, closed };

    SessionNumber number = 0;
    std::string id;          ///< the hub's; empty until it has answered
    std::string assistance;  ///< the case; empty until the hub has answered
    std::uint64_t peer = 0;
    std::string guest_name;
    control::Kind kind = control::Kind::pronto;  ///< of the guest
    control::Mode mode = control::Mode::control;
    SeenIn seen_in = SeenIn::window;
    bool joined = false;  ///< it was another's, and goes on when we leave
    int leg = 1;          ///< of the viewers
    std::vector<control::SessionViewer> viewers;  ///< ourselves, too
    std::optional<BridgePlace> place;             ///< offered: where
    control::SessionState state = control::SessionState::requested;
    bool recorded = false;
    control::Party paused_by = control::Party::nobody;  ///< the recording
    bool ending = false;                      ///< we asked for its end
    control::Party away = control::Party::nobody;  ///< paused: whose connection is awaited
    std::optional<UnixMillis> resumes_until;  ///< paused: when the hub gives up waiting
    bool unconfirmed = false;                 ///< our connection was lost, and the hub has not said yet that it goes on
    std::optional<UnixMillis> asked_until;    ///< in `asked`: when no answer becomes no
    bool copies_by_control = false;  ///< the guest has told of a text by control::Clipboard
    Screen screen = Screen::none;
    Size size;                                ///< of the remote screen, once showing
    std::optional<SteadyTime> showing_since;  ///< the present screen's first picture
    int screens_in_vain = 0;                  ///< in a row, that were not seen for a second, while nobody was away
    SteadyTime requested_at{};
    SteadyTime asked_at{};                   ///< the guest, once state has been `asked`
    std::optional<std::int64_t> consent_ms;  ///< how long the guest took to agree, once it has
    std::optional<std::int64_t> first_picture_ms;  ///< from the request to the first whole picture

    // Once ended:
    std::optional<control::EndReason> reason;  ///< none if the hub never said
    std::optional<control::Error> error;       ///< why it was refused or broke, with what to do about it
    std::string message;                       ///< the end in words
    std::optional<control::Code> problem;      ///< refused, but not by a person: password_wanted, wrong_password
    std::int64_t duration_ms = 0;
    std::uint64_t bytes_to_viewer = 0;
    std::uint64_t bytes_to_host = 0;

    bool live() const { return state != control::SessionState::ended; }
    /// Is there a picture that follows the remote screen?
    bool screen_is_good() const {
        return live() && state != control::SessionState::paused && screen == Screen::showing;
    }
    /// Is its last picture of use, until it goes on?
    bool waits_for_its_screen() const { return live() && was_seen() && !screen_is_good(); }
    /// Does what is seen get into a movie?
    bool records() const { return recorded && paused_by == control::Party::nobody; }
    bool was_seen() const { return first_picture_ms.has_value(); }
    /// Is there something to write a report about? The report of a session that was joined is for whoever asked for it.
    bool wants_report() const { return was_seen() && !joined && !assistance.empty(); }
    /// It was the VNC server's password that was missing or wrong.
    bool failed_for_password() const {
        return !live() && (problem == control::Code::password_wanted || problem == control::Code::wrong_password);
    }
};

/// "bruno, anna (view only)": who else sees the session; empty if nobody does.
std::string others_in_words(const Session& session);

/// "2310 ms after the request, 2200 ms of them until the guest agreed"; a session that was seen.
std::string first_picture_in_words(const Session& session);

}  // namespace pronto::viewer
