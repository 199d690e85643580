// The console's real windows on a stage: the hub and the guest's screen are played here, so that the windows can be
// looked at and worked by xdotool without any other program. `console_stage FILE [COMMAND]` writes to FILE what the
// guest's computer is told; COMMAND is the other viewer.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "rfb-ext/control/messages.hpp"
#include "tests/unit/viewer/remote/fake_host.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/model/movie_source.hpp"
#include "viewer/remote/remote_screens.hpp"
#include "viewer/ui/console.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

constexpr Size guest_screen{1280, 800};

/// A guest's computer: shows a picture and writes down what it is told.
class Guest {
public:
    explicit Guest(std::FILE* diary) : diary_(diary), end_(host_.take_viewer_end()), thread_([this] { run(); }) {}
    ~Guest() { thread_.join(); }  // it ends when the viewer hangs up
    int viewer_end() const { return end_; }

private:
    void run() {
        host_.shake_hands(guest_screen);
        while (hear_one()) {
        }
    }
    static Bytes picture() {
        Bytes update{0, 0, 0, 1};
        for (const int value : {0, 0, guest_screen.width, guest_screen.height})
            append_u16(update, static_cast<unsigned>(value));
        append_u32(update, 0);
        for (int y = 0; y < guest_screen.height; ++y)
            for (int x = 0; x < guest_screen.width; ++x) {
                const bool page = x > 200 && x < 1000 && y > 120 && y < 700;
                const bool line =
                    page && (y / 14) % 2 == 0 && x > 230 && x < 700 + (y * 37) % 250 && (x * 7 + y / 28 * 3) % 9 != 0;
                const unsigned shade = line ? 0x303846 : page ? 0xFFFFFF : 0x2070A8;
                append(update, Bytes{static_cast<Byte>(shade), static_cast<Byte>(shade >> 8),
                                     static_cast<Byte>(shade >> 16), 0});
            }
        return update;
    }
    bool hear_one() {
        const auto type = host_.receive(1);
        if (type.empty()) return false;
        static const std::map<int, std::size_t> rest{{0, 19}, {2, 3}, {3, 9}, {4, 7}, {5, 5}, {6, 7}};
        const auto found = rest.find(type[0]);
        if (found == rest.end()) return false;
        const auto body = host_.receive(found->second);
        if (body.size() < found->second) return false;
        if (type[0] == 3 && !std::exchange(asked_, true)) host_.send(picture());
        if (type[0] == 2) host_.receive(std::size_t{4} * load_u16(&body[1]));
        if (type[0] == 4) write(fmt::format("key {:x} {}\n", load_u32(&body[3]), body[0] ? "down" : "up"));
        if (type[0] == 5) write(fmt::format("pointer {} {} {}\n", load_u16(&body[1]), load_u16(&body[3]), body[0]));
        return true;
    }
    void write(const std::string& line) {
        std::fputs(line.c_str(), diary_);
        std::fflush(diary_);
    }

    std::FILE* diary_;
    viewer::test::FakeHost host_;
    int end_;
    bool asked_ = false;
    std::thread thread_;
};

// Guests that do not do what is hoped for; the others think for a moment and agree.
constexpr std::uint64_t says_no = 4, never_answers = 5, ends_it = 6, is_lost = 8;
// A VNC server with the password "server", and a guest whom bruno helps.
constexpr std::uint64_t has_password = 9, is_helped = 10;
// Soon after the session with it has begun, the connection to the hub is lost; it is back when it is tried at once.
constexpr std::uint64_t loses_hub = 11;
// While the connection is lost to a user of this name, the log-in ends; one with this name comes through a proxy with a password.
constexpr auto user_that_expires = "expires", user_behind_a_proxy = "proxied";

/// The hub: everybody may log in whose password is not "wrong".
class StageHub final : public Link, public StreamSource {
public:
    StageHub(Mailbox& mailbox, std::FILE* diary) : mailbox_(mailbox), diary_(diary) {}

    void open(const Target& target, control::Hello, Link::Events& events) override {
        events_ = &events;
        tunnel::LinkFailure failure;
        user_ = target.login.user;
        if (user_ == user_behind_a_proxy && target.proxy.password.text() != "proxy") {
            failure.kind = tunnel::LinkFailure::Kind::proxy_password;
            failure.error = {control::Code::unauthorized, "The proxy wants a user and a password.", {}};
            failure.proxy = "http://proxy.example:3128";
        } else if (target.trust.pins.empty()) {
            failure = {tunnel::LinkFailure::Kind::untrusted,
                       {control::Code::unauthorized, "This hub is not known yet.", "Compare its fingerprint."},
                       sha256(as_bytes("stage")),
                       false};
        } else if (target.login.password == "wrong") {
            failure = {tunnel::LinkFailure::Kind::refused,
                       {control::Code::unauthorized, "User name or password is wrong.", "Try again."},
                       {},
                       false};
        } else {
            return later(300, [this] { welcome(); });
        }
        later(300, [this, failure] { events_->link_failed(failure); });
    }
    void retry_now() override {
        if (user_ == user_that_expires) {
            tunnel::LinkFailure failure;
            failure.kind = tunnel::LinkFailure::Kind::refused;
            failure.error = {control::Code::unauthorized, "The log-in has expired.", "Log in again."};
            return later(300, [this, failure] { events_->link_failed(failure); });
        }
        later(300, [this] {
            first_peer_ = 100;  // the hub was started anew
            welcome();
        });
        auto status = lost_;
        status.state = control::SessionState::paused;
        status.resume_within_ms = 100'000;
        later(500, [this, status] { say(status); });
        later(1'500, [this, status] { say(control::SessionStream{status.session, "screen.1.2", "token"}); });
        status.state = control::SessionState::streaming;
        later(1'600, [this, status] { say(status); });
    }
    void use_proxy(const tunnel::ProxySettings&) override {}
    std::uint64_t send(control::Message message) override {
        const auto id = ++last_;
        std::visit([&](const auto& one) { answer(id, one); }, message);
        return id;
    }
    void close() override {
        ++generation_;
        events_ = nullptr;
    }
    void open_stream(const control::SessionStream&, std::function<void(int)> ready,
                     std::function<void(const tunnel::LinkFailure&)>) override {
        later(100, [this, ready = std::move(ready)] {
            guests_.push_back(std::make_unique<Guest>(diary_));
            ready(guests_.back()->viewer_end());
        });
    }

private:
    void later(int ms, std::function<void()> what) {
        // As the tunnel does: from another thread, through the mailbox.
        std::thread([this, &mailbox = mailbox_, ms, generation = generation_, what = std::move(what)] {
            std::this_thread::sleep_for(std::chrono::milliseconds(ms));
            mailbox.post([this, generation, what] {
                if (generation == generation_) what();
            });
        }).detach();
    }
    void say(control::Message message, std::optional<std::uint64_t> re = {}) {
        if (events_) events_->link_received({std::move(message), {}, re});
    }
    void welcome() {
        control::Welcome welcome;
        welcome.peer = 1 + first_peer_;
        welcome.name = user_;
        welcome.grace_ms = 120'000;
        welcome.software = "stage 1.0";
        welcome.policy.consent_timeout_ms = 8'000;
        welcome.policy.viewer_port = 5900;
        welcome.policy.repeater_port = 5901;
        events_->link_opened(welcome);
        say(control::PresenceList{
            {somebody(welcome.peer, control::Role::operator_, user_, ""), somebody(2, control::Role::operator_, "mkeller", ""),
             somebody(3, control::Role::host, "PRINT-SRV", ""),
             somebody(says_no, control::Role::guest, "NO-00000", "J. Petrov"),
             somebody(never_answers, control::Role::guest, "LATE-00001", ""),
             somebody(ends_it, control::Role::guest, "ENDS-00002", ""),
             somebody(is_lost, control::Role::guest, "A-COMPUTER-WITH-A-VERY-LONG-NAME-IN-BRANCH-MÜNCHEN-00003",
                      "Bartholomäus von Hohenzollern-Sigmaringen"),
             vnc_server(), helped(), somebody(loses_hub + first_peer_, control::Role::guest, "LOST-00011", "")}});
    }
    static control::Presence vnc_server() {
        auto entry = somebody(has_password, control::Role::guest, "XVNC-00009", "");
        entry.kind = control::Kind::vnc;
        entry.system.clear();
        entry.software.clear();
        entry.host_name.clear();
        return entry;
    }
    static control::Presence helped() {
        auto entry = somebody(is_helped, control::Role::guest, "HELPED-00010", "");
        entry.session = "1-0000000000000010";
        return entry;
    }
    void answer(std::uint64_t id, const control::PassNew& request) {
        const control::Error wanted{control::Code::password_wanted, "The VNC server has a password.", {}};
        if (request.target == has_password && request.password != "server")
            return later(200, [this, id, wanted] { say(control::Refused{wanted}, id); });
        const auto expires = SystemClock().unix_now() + 60'000;
        later(200, [this, id, expires] {
            say(control::PassCreated{"k7w2mhq9", "123456789", "NETCECK-210EB", expires}, id);
        });
    }
    void answer(std::uint64_t id, const control::SessionJoin& request) {
        control::SessionStatus status;
        status.session = request.session;
        status.assistance = "1-a000000000000010";
        status.mode = request.mode;
        status.leg = 2;
        status.recorded = true;
        status.viewers = {{1, "bruno", control::Mode::control}, {2, "anna", request.mode}};
        status.state = control::SessionState::asked;
        later(200, [this, id, status] { say(status, id); });
        status.state = control::SessionState::streaming;
        later(900, [this, status] { say(control::SessionStream{status.session, "screen.2.1", "token"}); });
        later(1'000, [this, status] { say(status); });
    }
    static control::Presence somebody(std::uint64_t peer, control::Role role, const std::string& name,
                                      const std::string& user) {
        control::Presence entry;
        entry.peer = peer;
        entry.role = role;
        entry.name = name;
        entry.host_name = name.substr(0, name.find('-'));
        entry.user = user;
        entry.system = "Debian GNU/Linux 12";
        entry.address = "10.4.2.17";
        entry.software = "pronto-agent 0.1.0";
        entry.since = 1'700'000'000'000;
        return entry;
    }
    void answer(std::uint64_t id, const control::TicketNew&) {
        later(200, [this, id] { say(control::TicketCreated{"1-210EB", 1'184'491, SystemClock().unix_now() + 3'600'000}, id); });
        later(1'200, [this] {
            auto guest = somebody(7, control::Role::guest, "NETCECK-210EB", "Anna Låg 你好");
            guest.ticket = "1-210EB";
            guest.ticket_owner = "anna";
            say(control::PresenceChanged{guest, true});
        });
    }
    void answer(std::uint64_t id, const control::SessionRequest& request) {
        control::SessionStatus status;
        status.session = fmt::format("1-{:016x}", id);
        status.assistance = fmt::format("1-a{:015x}", id);
        status.mode = request.mode;
        status.recorded = true;
        status.state = control::SessionState::asked;
        later(200, [this, id, status] { say(status, id); });
        if (request.target == has_password && request.password != "server") {
            control::SessionEnded ended;
            ended.session = status.session;
            ended.reason = control::EndReason::refused;
            ended.problem = request.password.empty() ? control::Code::password_wanted : control::Code::wrong_password;
            return later(400, [this, ended] { say(ended); });
        }
        const auto ends = [this, session = status.session](int ms, control::EndReason reason) {
            later(ms, [this, session, reason] { end(session, reason); });
        };
        if (request.target == says_no) return ends(1'500, control::EndReason::refused);
        if (request.target == never_answers) return ends(2'500, control::EndReason::timed_out);
        status.state = control::SessionState::granted;
        later(1'500, [this, status] { say(status); });
        later(1'800, [this, status] { say(control::SessionStream{status.session, "screen.1.1", "token"}); });
        status.state = control::SessionState::streaming;
        later(2'100, [this, status] { say(status); });
        if (request.target == ends_it) ends(4'000, control::EndReason::guest);
        if (request.target == loses_hub) {
            lost_ = status;
            later(4'000, [this] { lose(); });
        }
        if (request.target != is_lost) return;
        status.state = control::SessionState::paused;
        status.away = control::Party::guest;
        status.resume_within_ms = 105'000;
        later(5'000, [this, status] { say(status); });
        ends(12'000, control::EndReason::drop);
    }
    void lose() {
        tunnel::LinkFailure failure;
        failure.error = {control::Code::offline, "The connection to the hub was lost: nobody answers.", "Check the network."};
        events_->link_interrupted(failure, Millis(60'000));
    }
    void end(const std::string& session, control::EndReason reason) {
        control::SessionEnded ended;
        ended.session = session;
        ended.reason = reason;
        ended.duration_ms = 74'000;
        ended.bytes_to_viewer = 1'234'567;
        say(ended);
    }
    void answer(std::uint64_t, const control::SessionEnd& request) {
        later(200, [this, session = request.session] { end(session, control::EndReason::operator_); });
    }
    void answer(std::uint64_t id, const control::ReportSave& report) {
        std::fputs(fmt::format("report {} | {} | {} | {}\n", report.problem, report.solution, report.category,
                               control::name(report.outcome))
                       .c_str(),
                   diary_);
        std::fflush(diary_);
        later(200, [this, id, assistance = report.assistance] { say(control::ReportSaved{assistance}, id); });
    }
    template <class Other>
    void answer(std::uint64_t, const Other&) {}

    Mailbox& mailbox_;
    std::FILE* diary_;
    Link::Events* events_ = nullptr;
    std::string user_;
    control::SessionStatus lost_;  ///< of the session that lost the hub
    std::uint64_t first_peer_ = 0;
    std::uint64_t last_ = 0;
    int generation_ = 0;
    std::vector<std::unique_ptr<Guest>> guests_;
};

class NoSettings final : public SettingsStore {
public:
    explicit NoSettings(std::string external_viewer) : external_viewer_(std::move(external_viewer)) {}
    Settings load() override {
        Settings settings;
        settings.external_viewer = external_viewer_;
        settings.hub = "hub.example";
        return settings;
    }
    void save(const Settings&) override {}
    Secret load_proxy_password() override { return {}; }
    void save_proxy_password(const Secret&) override {}

private:
    std::string external_viewer_;
};

/// Movies in every state, none of which can be seen.
class StageMovies final : public MovieSource {
public:
    explicit StageMovies(Mailbox& mailbox) : mailbox_(mailbox) {}
    void list(const std::string&, std::function<void(const MoviePage&)> then, Failed) override {
        using State = Movie::State;
        constexpr UnixMillis start = 1'795'340'000'000;
        MoviePage page;
        page.movies = {{"1-a", "NETCECK-210EB", "anna", start, 0, 0, State::recording, "", ""},
                       {"1-b", "PRINT-SRV-77A01", "anna", start - 3'600'000, 0, 0, State::working, "", ""},
                       {"1-c", "ACCT-07-19F3C", "bruno", start - 7'000'000, 83'000, 9'400'000, State::finished, "", ""},
                       {"1-d", "RECEPTION-01-0BB7E", "anna", start - 90'000'000, 4'021'000, 81'000'000, State::finished, "court order 7", ""},
                       {"1-e", "MUC-LAGER-5D2A0", "anna", start - 99'000'000, 0, 0, State::failed, "", "Three attempts failed: no space left on device"},
                       {"1-f", "KASSE-2-E75B1", "bruno", start - 3'000'000'000, 0, 0, State::deleted, "", "retention: older than 30 days, by hub"}};
        mailbox_.post([then = std::move(then), page] { then(page); });
    }
    void view(const std::string&, const std::string&, std::function<void(const MovieFacts&)>, Failed failed) override {
        mailbox_.post([failed = std::move(failed)] {
            failed({control::Code::forbidden, "This is the movie of another operator's session.", "Ask that operator, or an administrator."});
        });
    }
    void read(const std::string&, File, std::uint64_t, std::function<void(const MoviePiece&)>, Failed) override {}

private:
    Mailbox& mailbox_;
};

int run(const char* file, const char* external_viewer) {
    std::FILE* diary = std::fopen(file, "w");
    if (!diary) throw std::runtime_error("cannot write the diary");
    SystemClock clock;
    NoSettings store(external_viewer);
    auto& mailbox = *new Mailbox;  // the hub's late answers may still be posting
    StageHub hub(mailbox, diary);
    RemoteScreens screens(hub, mailbox, clock);
    StageMovies movies(mailbox);
    ConsoleModel model(hub, screens, store, clock, {});
    return run_console(model, screens, movies, mailbox, clock, {});
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? argv[1] : "/dev/null", argc > 2 ? argv[2] : "");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "console_stage: %s\n", error.what());
        return 1;
    }
}
