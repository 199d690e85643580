#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "agent/model/agent_model.hpp"

namespace pronto::agent::test {

/// What a model did to its link and its screen, in order.
struct Log {
    std::vector<control::Message> sent;
    std::vector<std::string> order;
    template <class Message>
    std::vector<Message> all() const {
        std::vector<Message> found;
        for (const auto& each : sent)
            if (const auto* one = std::get_if<Message>(&each)) found.push_back(*one);
        return found;
    }
};

struct FakeLink final : Link {
    Log& log;
    FakeLink*& self;
    Events events;
    std::function<void(int)> ready;  ///< of the stream that was opened last
    std::function<void(const tunnel::LinkFailure&)> stream_failed;

    FakeLink(Log& to, FakeLink*& me, Events heard) : log(to), self(me), events(std::move(heard)) { self = this; }
    ~FakeLink() override { self = nullptr; }
    void send(control::Message message) override {
        log.order.emplace_back(std::visit([](const auto& m) { return m.type; }, message));
        log.sent.push_back(std::move(message));
    }
    void open_stream(const control::SessionStream& stream, std::function<void(int)> then,
                     std::function<void(const tunnel::LinkFailure&)> failed) override {
        log.order.push_back("open " + stream.stream);
        ready = std::move(then);
        stream_failed = std::move(failed);
    }
    void retry_now() override { log.order.emplace_back("retry"); }
    void use_proxy(tunnel::ProxySettings proxy) override { log.order.push_back("proxy user " + proxy.user); }
};

struct FakeScreen final : Screen {
    Log& log;
    Events events;
    std::vector<std::string> clipboard;
    std::map<int, control::Mode> shown;  ///< leg -> what its viewer may do
    std::string refuses;
    explicit FakeScreen(Log& to, Events heard) : log(to), events(std::move(heard)) {}
    bool opened = false;
    void open() override {
        if (!refuses.empty()) throw std::runtime_error(refuses);
        opened = true;
    }
    void close() override { opened = false; }
    void start(int leg, int fd, control::Mode mode) override {
        ::close(fd);
        if (!refuses.empty()) throw std::runtime_error(refuses);
        shown[leg] = mode;
        log.order.push_back(leg == 1 ? "show" : "show " + std::to_string(leg));
    }
    void stop(int leg) override {
        if (shown.erase(leg) > 0) log.order.push_back("cut " + std::to_string(leg));
    }
    void stop() override {
        if (!shown.empty()) log.order.emplace_back("cut");
        shown.clear();
    }
    void set_clipboard(std::string text) override { clipboard.push_back(std::move(text)); }
};

/// A model between a hub and a screen that a test plays.
struct Agent {
    ManualClock clock;
    Log log;
    FakeLink* link = nullptr;
    FakeScreen* screen = nullptr;
    std::optional<tunnel::Trust> trusted;
    std::optional<control::Hello> hello;
    std::optional<tunnel::Resume> from;
    tunnel::NetworkSettings network;  ///< dialled with
    std::filesystem::path file = std::filesystem::temp_directory_path() / ("pronto-model-" + random_id(1)) / "hubs";
    KnownHubs known{file};
    KeptPlace kept{file.parent_path() / "resume", ""};
    std::int64_t grace_ms = 0;  ///< the hub's; with one it lets guests come back
    control::Policy policy;  ///< the hub's
    int changes = 0;
    std::function<void(const AgentState&)> changed;
    AgentModel model{{&clock,
                      [this](const Call& call, Link::Events events) {
                          trusted = call.trust;
                          hello = call.hello;
                          from = call.from;
                          network = call.network;
                          return std::unique_ptr<Link>(new FakeLink(log, link, std::move(events)));
                      },
                      [this](Screen::Events events) {
                          auto made = std::make_unique<FakeScreen>(log, std::move(events));
                          screen = made.get();
                          return std::unique_ptr<Screen>(std::move(made));
                      },
                      &known,
                      {},
                      {},
                      &kept},
                     [this](const AgentState& state) {
                         ++changes;
                         if (changed) changed(state);
                     }};
    ~Agent() { std::filesystem::remove_all(file.parent_path()); }

    const AgentState& state() const { return model.state(); }
    Phase phase() const { return model.state().phase; }

    void connect() {
        model.connect({"hub.example", 443}, {}, "1 e75b1");
        welcome();
    }
    void welcome() {
        control::Welcome welcome;
        welcome.name = "NETCECK-E75B1";
        welcome.policy = policy;
        welcome.grace_ms = grace_ms;
        link->events.opened(welcome);
        if (grace_ms > 0) link->events.resumable({Secret("token"), Secret("key"), {}});
    }
    /// The network goes, and goes on being away.
    void interrupt(tunnel::LinkFailure::Kind kind = tunnel::LinkFailure::Kind::lost) {
        tunnel::LinkFailure failure;
        failure.kind = kind;
        failure.error = {control::Code::offline, "The network is away.", "Check it."};
        failure.proxy = "http://proxy.example:3128";
        link->events.interrupted(failure, Millis(1'000));
    }
    void tell_state(control::SessionState state, control::Party away = control::Party::nobody, std::int64_t within_ms = 0) {
        control::SessionStatus status{"1-s", "1-a", state, control::Mode::control, "maria", "g", true};
        status.away = away;
        status.resume_within_ms = within_ms;
        hear(status);
    }
    template <class Message>
    void hear(Message message) {
        link->events.received({std::move(message), std::nullopt, std::nullopt});
    }
    void ask(control::Mode mode = control::Mode::control) { hear(control::SessionAsk{"1-s", "maria", mode, true, 30, 20'000}); }
    /// One more wants to see the session that share() began.
    void ask_to_join(int leg, const std::string& who, control::Mode mode = control::Mode::view) {
        control::SessionAsk question{"1-s", who, mode, false, 0, 20'000};
        question.leg = leg;
        hear(question);
    }
    /// The hub says who is there, and who wants to be.
    void tell_viewers(std::vector<control::SessionViewer> viewers, std::vector<control::SessionViewer> asking = {}) {
        control::SessionStatus status{"1-s", "1-a", control::SessionState::streaming, control::Mode::control, "maria", "g", true};
        status.viewers = std::move(viewers);
        status.asking = std::move(asking);
        hear(status);
    }
    void stream(const std::string& name) {
        hear(control::SessionStream{"1-s", name, "token"});
    }
    static int descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
    void share(control::Mode mode = control::Mode::control) {
        connect();
        ask(mode);
        model.answer(true);
        hear(control::SessionStream{"1-s", "screen.1.1", "token"});
        link->ready(descriptor());
    }
    void fail(tunnel::LinkFailure::Kind kind, bool pinned = false) {
        tunnel::LinkFailure failure;
        failure.kind = kind;
        failure.error = {control::Code::internal, "It did not work.", "Do this."};
        failure.pinned = pinned;
        if (kind == tunnel::LinkFailure::Kind::untrusted) failure.presented = key();
        const auto events = link->events;
        events.failed(failure);
    }
    static tunnel::Pin key() {
        tunnel::Pin pin;
        pin.fill(0xAB);
        return pin;
    }
};

}  // namespace pronto::agent::test
