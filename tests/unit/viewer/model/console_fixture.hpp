#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "viewer/model/console_model.hpp"

namespace pronto::viewer::test {

/// A hub that the test plays.
class FakeLink final : public Link {
public:
    void open(const Target& target, control::Hello hello, Events& heard) override {
        targets.push_back(target);
        hellos.push_back(std::move(hello));
        events = &heard;
    }
    std::uint64_t send(control::Message message) override {
        sent.push_back(std::move(message));
        return sent.size();
    }
    void retry_now() override { ++retries; }
    void use_proxy(const tunnel::ProxySettings& proxy) override { proxies.push_back(proxy); }
    void close() override {
        ++closings;
        events = nullptr;
    }

    template <class Message>
    std::vector<Message> sent_of() const {
        std::vector<Message> found;
        for (const auto& message : sent)
            if (const auto* one = std::get_if<Message>(&message)) found.push_back(*one);
        return found;
    }
    /// The number of the last message sent.
    std::uint64_t last() const { return sent.size(); }

    Events* events = nullptr;
    std::vector<Target> targets;
    std::vector<control::Hello> hellos;
    std::vector<control::Message> sent;
    std::vector<tunnel::ProxySettings> proxies;
    int closings = 0;
    int retries = 0;
};

class FakeScreens final : public Screens {
public:
    struct Opened {
        SessionNumber session;
        control::SessionStream stream;
        bool view_only;
    };
    void open(SessionNumber session, const control::SessionStream& stream, bool view_only, Events& heard) override {
        opened.push_back({session, stream, view_only});
        events = &heard;
    }
    void bridge(SessionNumber session, const control::SessionStream& stream, Events& heard) override {
        bridged.push_back({session, stream, false});
        events = &heard;
    }
    void close(SessionNumber session) override { closed.push_back(session); }
    void send_cut_text(SessionNumber session, const std::string& text) override { cut_texts.emplace_back(session, text); }

    Events* events = nullptr;
    std::vector<Opened> opened, bridged;
    std::vector<SessionNumber> closed;
    std::vector<std::pair<SessionNumber, std::string>> cut_texts;
};

class FakeStore final : public SettingsStore {
public:
    Settings load() override {
        if (broken) throw std::runtime_error("the settings are broken");
        return kept;
    }
    void save(const Settings& settings) override {
        if (broken) throw std::runtime_error("the disk is full");
        kept = settings;
        ++saves;
    }
    Secret load_proxy_password() override { return password; }
    void save_proxy_password(const Secret& given) override { password = given; }
    Secret password;
    Settings kept;
    int saves = 0;
    bool broken = false;
};

/// Writes down everything it hears, one word a call.
class Scribe final : public ConsoleListener {
public:
    void connection_changed() override { heard.push_back("connection"); }
    void policy_changed() override { heard.push_back("policy"); }
    void presence_changed() override { heard.push_back("presence"); }
    void arrived(const control::Presence& entry) override { heard.push_back("arrived " + entry.name); }
    void departed(const control::Presence& entry) override { heard.push_back("departed " + entry.name); }
    void logged(const LogLine& line) override { log.push_back(line); }
    void ticket_created(const CreatedTicket& ticket) override { heard.push_back("ticket " + ticket.ticket); }
    void ticket_refused(const control::Error& why) override { heard.push_back("no ticket: " + why.message); }
    void pass_created(const CreatedPass& pass) override {
        heard.push_back("pass " + pass.pass.pass);
        passes.push_back(pass);
    }
    void pass_refused(std::uint64_t peer, const control::Error& why) override {
        heard.push_back("no pass for " + std::to_string(peer) + ": " + why.message);
    }
    void session_changed(const Session& session) override {
        heard.push_back("session " + std::to_string(session.number) + ' ' + std::string(name(session.state)));
    }
    void report_changed(const Report& report) override { heard.push_back("report " + report.content.assistance); }
    void clipboard_received(const Session& session, const std::string& text) override {
        heard.push_back("clipboard " + std::to_string(session.number) + ' ' + text);
    }
    void settings_changed() override { heard.push_back("settings"); }

    bool logged_text(const std::string& part, LogLine::Severity severity = LogLine::Severity::info) const {
        for (const auto& line : log)
            if (line.severity == severity && line.text.find(part) != std::string::npos) return true;
        return false;
    }

    std::vector<std::string> heard;
    std::vector<LogLine> log;
    std::vector<CreatedPass> passes;
};

/// A console, and a hub played by the test.
struct Console {
    FakeStore store;
    FakeLink link;
    FakeScreens screens;
    ManualClock clock;
    ConsoleModel model{link, screens, store, clock, some_hello()};
    Scribe scribe;
    tunnel::HubAddress hub{"hub.example", 443};

    Console() { model.add_listener(scribe); }

    static control::Hello some_hello() {
        control::Hello hello;
        hello.software = "pronto-viewer test";
        return hello;
    }
    void from_hub(control::Message message, std::optional<std::uint64_t> re = std::nullopt) {
        if (link.events) link.events->link_received({std::move(message), std::nullopt, re});
    }
    /// `ports`: the hub takes standard VNC programs.
    void log_in(bool ports = false) {
        model.log_in(hub, {}, "anna", "secret");
        auto message = welcome(1);
        if (ports) message.policy.viewer_port = 5900, message.policy.repeater_port = 5901;
        link.events->link_opened(message);
    }
    static control::Presence guest(std::uint64_t peer, const std::string& name) {
        control::Presence entry;
        entry.peer = peer;
        entry.role = control::Role::guest;
        entry.name = name;
        entry.ticket = "1-" + name.substr(name.size() - 5);
        return entry;
    }
    void arrive(std::uint64_t peer, const std::string& name) { from_hub(control::PresenceChanged{guest(peer, name), true}); }

    static control::SessionStatus status(const std::string& id, control::SessionState state) {
        control::SessionStatus status;
        status.session = id;
        status.assistance = "case of " + id;
        status.state = state;
        status.recorded = true;
        return status;
    }
    /// Logged in, a session with the guest `peer` under way and its screen showing.
    SessionNumber stream(std::uint64_t peer, const std::string& id, control::Mode mode = control::Mode::control) {
        const auto number = model.request_session(peer, mode).value();
        auto now = status(id, control::SessionState::asked);
        now.mode = mode;
        from_hub(now, link.last());
        now.state = control::SessionState::granted;
        from_hub(now);
        from_hub(control::SessionStream{id, "screen.1.1", "token of " + id});
        now.state = control::SessionState::streaming;
        from_hub(now);
        clock.advance(Millis(250));
        screens.events->screen_showing(number, {640, 480}, clock.now());
        return number;
    }
    void lose(const std::string& message = "The connection broke.") {
        tunnel::LinkFailure failure;
        failure.kind = tunnel::LinkFailure::Kind::lost;
        failure.error = {control::Code::offline, message, "Log in again."};
        link.events->link_failed(failure);
    }
    void interrupt(Millis again_in = Millis(4'000), const std::string& message = "The connection broke.") {
        tunnel::LinkFailure failure;
        failure.error = {control::Code::offline, message, "Log in again."};
        link.events->link_interrupted(failure, again_in);
    }
    /// The hub is back, and who is online with it.
    void come_back(std::vector<control::Presence> online = {}) {
        link.events->link_opened(welcome(1));
        from_hub(control::PresenceList{std::move(online)});
    }
    static control::Welcome welcome(std::uint64_t peer) {
        control::Welcome welcome;
        welcome.peer = peer;
        welcome.name = "anna";
        welcome.software = "pronto-repeater test";
        welcome.grace_ms = 120'000;
        return welcome;
    }
};

}  // namespace pronto::viewer::test
