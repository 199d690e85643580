#include "tests/unit/rfb-ext/control/samples.hpp"

namespace pronto::control {

namespace {

constexpr const char* session = "1-00112233aabbccdd";
constexpr const char* assistance = "1-ffeeddcc99887766";
constexpr UnixMillis time = 1'700'000'000'125;

Presence presence() {
    return {42,
            Role::guest,
            "NETCECK-E75B1",
            "netceck.example.org",
            "märta",
            "Debian GNU/Linux 12",
            "192.0.2.7",
            "pronto-agent 0.1.0",
            "1-E75B1",
            assistance,
            "anna",
            session,
            time,
            Kind::vnc,
            true};
}

}  // namespace

std::vector<Envelope> samples() {
    return {
        {Hello{1, Role::guest, "pronto-agent 0.1.0", "netceck", "märta", "Debian GNU/Linux 12", "1 e75b1", "00aa11", "abcDEF-_456", "ff22",
               {session}}, 1, {}},
        {Welcome{42, "NETCECK-E75B1", 3, "pronto-repeater 0.1.0", {false, 7, 10'000, 15, false, false, true, 5900, 5901, 5500}, 5'000, "abcDEF-_789", 120'000}, {}, 1},
        {Ping{}, 2, {}},
        {Pong{}, {}, 2},
        {TicketNew{}, 3, {}},
        {TicketCreated{"1-E75B1", 1'996'209, time}, {}, 3},
        {PassNew{42, Mode::view, "secret"}, 10, {}},
        {PassCreated{"k3x9v0wd", "123456789", "NETCECK-E75B1", time}, {}, 10},
        {PresenceList{{presence(), presence()}}, {}, {}},
        {PresenceChanged{presence(), true}, {}, {}},
        {PresenceLeft{42, "NETCECK-E75B1"}, {}, {}},
        {SessionRequest{42, Mode::view, "secret"}, 4, {}},
        {SessionJoin{session, Mode::control}, 11, {}},
        {SessionStatus{session, assistance, SessionState::asked, Mode::view, "anna", "NETCECK-E75B1", true, Party::guest, Party::operator_, 90'000, 2,
                       {{1, "anna", Mode::control}, {2, "bert", Mode::view}}, {{3, "carla", Mode::view}}}, {}, 4},
        {SessionAsk{session, "anna", Mode::view, true, 30, 20'000, 2, "secret"}, {}, {}},
        {SessionAnswer{session, false, 2, Code::wrong_password, "The VNC server said: too many tries."}, 5, {}},
        {SessionStream{session, "screen.1.1", "abcDEF-_123"}, {}, {}},
        {RecordingPause{session, false}, 9, {}},
        {SessionEnd{session, "The X display has gone."}, 6, {}},
        {SessionEnded{session, assistance, EndReason::timed_out, "NETCECK-E75B1 did not answer in time.", 61'000,
                      1'234'567, 8'901, true, Code::password_wanted},
         {},
         6},
        {ReportSave{assistance, "no sound\nat all", "unmuted", "audio", Outcome::follow_up}, 7, {}},
        {ReportSaved{assistance}, {}, 7},
        {Clipboard{session, "two\n\"lines\""}, {}, {}},
        {HubStopping{}, {}, {}},
        {Refused{{Code::busy, "NETCECK-E75B1 is in a session already.", "Try again later."}}, {}, 8},
    };
}

}  // namespace pronto::control
