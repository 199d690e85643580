#include "agent/no_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "agent/host/x11/waker.hpp"
#include "agent/model/agent_model.hpp"
#include "agent/model/tunnel_link.hpp"
#include "agent/model/what_is_shared.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::agent {
namespace {

namespace json = boost::json;

/// What happens, as lines for people or as JSON.
class Reporter {
public:
    Reporter(const CommandLine& line, const Clock& clock) : as_json_(line.json), clock_(clock) {}

    void tell(const AgentState& now) {
        if (now.sessions_ended > ended_) {
            ended_ = now.sessions_ended;
            print("ended", now.last->message, {{"reason", control::name(now.last->reason)}, {"operator", now.last->operator_name},
                                               {"duration_ms", now.last->duration_ms}, {"message", now.last->message}});
        }
        connection(now);
        if (now.phase != phase_) phase(now);
        phase_ = now.phase;
        picture(now);
        if (now.phase == Phase::shared && now.paused_by != paused_by_) recording(now);
        paused_by_ = now.paused_by;
        if (now.joining && now.joining->leg != asked_leg_) asked(*now.joining);
        asked_leg_ = now.joining ? now.joining->leg : 0;
        if (now.phase == Phase::shared && now.viewers != viewers_ && now.viewers.size() + viewers_.size() > 2) viewers(now);
        viewers_ = now.viewers;
        if (now.hint != hint_ && !now.hint.empty()) print("hint", now.hint, {{"message", now.hint}});
        hint_ = now.hint;
    }
    void problem(const Notice& notice) {
        print("problem", sentences({notice.message, notice.remedy}),
              {{"message", notice.message}, {"remedy", notice.remedy}});
    }
    void untrusted(const UntrustedHub& hub, const std::string& address) {
        print("untrusted",
              fmt::format("The hub {} is not known to this computer. It shows the key\n  {}\n  {}\nAsk your technician whether that is the hub's key. If it is, add\n  --hub-pin {}",
                          address, hub.fingerprint, hub.words, hub.fingerprint),
              {{"hub", address}, {"fingerprint", hub.fingerprint}, {"words", hub.words}, {"option", "--hub-pin " + hub.fingerprint}});
    }

    void answered(const JoinQuestion& question, bool granted) {
        const auto words = granted ? "Accepted, as --accept says." : "Refused: --accept was not given.";
        print(granted ? "join_granted" : "join_refused", words, facts(question));
    }
    void stopped() { print("stopped", "Stopped, as asked.", {}); }

private:
    void phase(const AgentState& now) {
        const auto mode = control::name(now.mode);
        switch (now.phase) {
            case Phase::connecting: return print("connecting", "Connecting to " + tunnel::to_text(now.hub) + " ...", {{"hub", tunnel::to_text(now.hub)}});
            case Phase::waiting:
                if (phase_ != Phase::connecting) return;  // still: the last line said what ended
                return print("online", "Online as " + now.name + ". Waiting for an operator.", {{"name", now.name}});
            case Phase::asked:
                return print("asked", fmt::format("{} asks for {}{}.", now.operator_name, now.mode == control::Mode::control ? "control" : "a look",
                                                  now.recorded ? fmt::format(", recorded and kept for {} days", now.retention_days) : ""),
                             {{"operator", now.operator_name}, {"mode", mode}, {"recorded", now.recorded}, {"retention_days", now.retention_days}});
            case Phase::starting: return print("granted", "Accepted, as --accept says.", {{"operator", now.operator_name}, {"mode", mode}});
            case Phase::shared:
                return print("shared", now.operator_name + (now.mode == control::Mode::control ? " controls" : " sees") + " this screen.",
                             {{"operator", now.operator_name}, {"mode", mode}, {"recorded", now.recorded}});
            case Phase::idle:
            case Phase::untrusted: return;
        }
    }

    /// A hub that is away for days is told once, and again if the reason is another.
    void connection(const AgentState& now) {
        using Trouble = std::pair<tunnel::LinkFailure::Kind, control::Code>;
        const auto why = now.away ? std::optional<Trouble>({now.away->kind, now.away->code}) : std::nullopt;
        if (why && why != away_)
            print("interrupted", sentences({now.away->message, "Trying again."}),
                  {{"message", now.away->message}, {"remedy", now.away->remedy}, {"proxy_wants_login", now.proxy_wants_login.has_value()}});
        if (!now.away && away_ && phase_ != Phase::connecting && now.phase != Phase::idle)
            print("resumed", "Online again as " + now.name + ".", {{"name", now.name}});
        away_ = why;
    }

    /// Whether the operator sees the screen of a session that was shared.
    void picture(const AgentState& now) {
        const auto awaited = now.hold ? std::optional(now.hold->awaited) : std::nullopt;
        if (awaited == awaited_) return;
        if (awaited)
            print("paused", *awaited == control::Party::operator_ ? "Waiting for the connection of " + now.operator_name + "." : "The picture is interrupted.",
                  {{"awaited", control::name(*awaited)}, {"operator", now.operator_name}});
        else if (now.phase == Phase::shared)
            print("continued", now.operator_name + " sees this screen again.", {{"operator", now.operator_name}});
        awaited_ = awaited;
    }

    void asked(const JoinQuestion& question) {
        const auto wish = question.mode == control::Mode::control ? "control" : "a look";
        print("join_asked", fmt::format("{} asks to join the session, for {}.", question.operator_name, wish), facts(question));
    }
    static json::object facts(const JoinQuestion& question) {
        return {{"operator", question.operator_name}, {"mode", control::name(question.mode)}, {"leg", question.leg}};
    }

    void viewers(const AgentState& now) {
        std::string names;
        json::array all;
        for (const auto& each : now.viewers) {
            names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", each.operator_name, control::name(each.mode));
            all.push_back(json::object{{"operator", each.operator_name}, {"mode", control::name(each.mode)}, {"leg", each.leg}});
        }
        print("viewers", "Now there: " + names + ".", {{"viewers", std::move(all)}});
    }

    void recording(const AgentState& now) {
        const bool paused = now.paused_by != control::Party::nobody;
        print("recording", paused ? "The recording is paused." : "The recording goes on.", {{"paused", paused}});
    }

    void print(std::string_view event, const std::string& words, json::object facts) {
        if (as_json_) {
            json::object line{{"time", rfc3339(clock_.unix_now())}, {"event", event}};
            for (auto& [key, value] : facts) line[key] = std::move(value);
            fmt::print("{}\n", json::serialize(line));
        } else {
            fmt::print("{}\n", words);
        }
        std::fflush(stdout);
    }

    bool as_json_;
    const Clock& clock_;
    Phase phase_ = Phase::idle;
    control::Party paused_by_ = control::Party::nobody;
    std::vector<control::SessionViewer> viewers_;
    int asked_leg_ = 0;  ///< 0: nobody asks to join
    std::string hint_;
    std::optional<std::pair<tunnel::LinkFailure::Kind, control::Code>> away_;  ///< why the hub is, as last told
    std::optional<control::Party> awaited_;
    int ended_ = 0;
};

bool broke(control::EndReason reason) {
    return reason == control::EndReason::drop || reason == control::EndReason::interrupted || reason == control::EndReason::hub_stopped;
}

class Run {
public:
    Run(const CommandLine& line, StopSignal& stop)
        : line_(line), stop_(stop), known_(line.settings.known_hubs), kept_(line.settings.kept_place, system_of(line.settings)),
          reporter_(line, clock_),
          model_({&clock_, dial_through(mailbox_), screen_of(mailbox_, line.settings), &known_, system_of(line.settings), line.settings.network,
                  &kept_},
                 [this](const AgentState& now) { reporter_.tell(now); }) {
        mailbox_.on_post([this] { waker_.wake(); });
    }

    int run() {
        const auto hub = tunnel::parse_hub_address(line_.settings.hub);
        if (!line_.settings.ticket.empty()) model_.connect(hub, line_.settings.trust, line_.settings.ticket);
        else if (!model_.resume(hub, line_.settings.trust)) return without_ticket();
        while (!stop_.came()) {
            const auto& now = model_.state();
            if (now.phase == Phase::asked) model_.answer(line_.accept);
            while (now.joining) answer(*now.joining);
            if (now.phase == Phase::idle) return failed();
            if (now.phase == Phase::untrusted) return distrusted();
            if (line_.once && now.sessions_ended > 0) return broke(now.last->reason) ? 1 : 0;
            waker_.wait(stop_.descriptor(), milliseconds_left());
            mailbox_.run();
            model_.tick();
        }
        model_.disconnect();  // ends the session and says goodbye
        reporter_.stopped();
        return 0;
    }

private:
    int without_ticket() {
        fmt::print(stderr, "{}\nRun with --help for more information.\n", needs_ticket);
        return 2;
    }
    int failed() {
        if (model_.state().notice) reporter_.problem(*model_.state().notice);
        const bool done = line_.once && model_.state().sessions_ended > 0 && !broke(model_.state().last->reason);
        return done ? 0 : 1;
    }
    void answer(const JoinQuestion question) {
        reporter_.answered(question, line_.accept);
        model_.answer_join(question.leg, line_.accept);
    }
    int distrusted() {
        const auto& now = model_.state();
        if (now.untrusted->mismatch) return failed();
        reporter_.untrusted(*now.untrusted, tunnel::to_text(now.hub));
        return 1;
    }
    int milliseconds_left() const {
        const auto deadline = model_.next_deadline();
        if (!deadline) return -1;
        return static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<Millis>(*deadline - clock_.now()).count()));
    }

    const CommandLine& line_;
    StopSignal& stop_;
    SystemClock clock_;
    KnownHubs known_;
    KeptPlace kept_;
    Reporter reporter_;
    host::x11::Waker waker_;
    Mailbox mailbox_;
    AgentModel model_;
};

}  // namespace

int run_without_window(const CommandLine& line, StopSignal& stop) { return Run(line, stop).run(); }

}  // namespace pronto::agent
