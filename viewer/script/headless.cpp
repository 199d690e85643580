#include "viewer/script/headless.hpp"

#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

namespace json = boost::json;

namespace {

volatile std::sig_atomic_t told_to_stop = 0;

void ask_to_stop(int) {
    told_to_stop = 1;
}

void heed_signals() {
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

bool stop_asked() {
    return told_to_stop != 0;
}

void Progress::logged(const LogLine& line) {
    say_held();
    if (line.severity == LogLine::Severity::error && !to_log_)
        held_ = line.text;  // most likely the end of it all, which is said once more in the summary
    else
        say(line.text);
}

void Progress::say(const std::string& text) {
    say_held();
    if (to_log_) return log::info("{}", text);
    fmt::print(to_, "{}  {}\n", local_time(clock_.unix_now()), text);
    std::fflush(to_);
}

void Progress::say_held() {
    if (const auto held = std::exchange(held_, std::nullopt)) say(*held);
}

Headless::Headless(SettingsStore& settings, const CommonOptions& common, bool quiet_output, std::uint16_t port)
    : store(settings), bridge_port(port), progress(clock, quiet_output ? stderr : stdout, !common.log_file.empty()) {
    log::configure(common.verbose            ? log::Level::debug
                   : common.log_file.empty() ? log::Level::warning
                                             : log::Level::info,
                   common.log_file);
    heed_signals();
    model.add_listener(progress);
    if (common.proxy.given()) model.use_proxy(common.proxy.over(model.proxy()));
}

json::value to_json(const std::optional<control::Error>& error) {
    if (!error) return nullptr;
    return json::object{{"code", control::name(error->code)}, {"message", error->message}, {"remedy", error->remedy}};
}

json::object to_json(const ScriptOutcome& outcome) {
    const auto session = outcome.session.value_or(Session{});
    json::object object;
    object["ok"] = outcome.ok;
    object["session"] = session.id;
    object["assistance"] = session.assistance;
    object["guest"] = session.guest_name;
    object["mode"] = control::name(session.mode);
    object["recorded"] = session.recorded;
    object["first_picture_ms"] = session.first_picture_ms ? json::value(*session.first_picture_ms) : json::value();
    object["consent_ms"] = session.consent_ms ? json::value(*session.consent_ms) : json::value();
    object["bytes_received"] = session.bytes_to_viewer;
    object["duration_ms"] = session.duration_ms;
    object["size"] = json::object{{"width", session.size.width}, {"height", session.size.height}};
    object["steps_done"] = outcome.steps_done;
    object["reason"] = session.reason ? json::value(control::name(*session.reason)) : json::value();
    object["message"] = session.message;
    object["report_saved"] = outcome.report_saved;
    object["error"] = to_json(outcome.error);
    return object;
}

void print_json(const json::object& object) {
    fmt::print("{}\n", json::serialize(object));
    std::fflush(stdout);
}

}  // namespace pronto::viewer
