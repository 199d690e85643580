#include <filesystem>

#include <fmt/format.h>

#include "viewer/model/error_text.hpp"
#include "viewer/remote/local_pass.hpp"
#include "viewer/remote/loopback_ports.hpp"
#include "viewer/script/bridged_session.hpp"
#include "viewer/script/headless.hpp"
#include "viewer/script/run.hpp"

namespace pronto::viewer {

namespace {

namespace json = boost::json;

/// The file with the pass goes with the session: it opens nothing any more.
class PassFile {
public:
    explicit PassFile(std::filesystem::path path) : path_(std::move(path)) {}
    ~PassFile() {
        std::error_code ignored;
        if (written_) std::filesystem::remove(path_, ignored);
    }
    PassFile(const PassFile&) = delete;
    PassFile& operator=(const PassFile&) = delete;
    /// Throws std::runtime_error naming the file and why not.
    void write(std::string_view pass) {
        if (path_.empty()) return;
        write_pass_file(path_, pass);
        written_ = true;
    }

private:
    std::filesystem::path path_;
    bool written_ = false;
};

void tell_offer(const Session& session, bool as_json) {
    const auto& place = *session.place;
    if (as_json)
        return print_json({{"event", "offered"},
                           {"session", session.id},
                           {"guest", session.guest_name},
                           {"joined", session.joined},
                           {"host", "127.0.0.1"},
                           {"port", place.port},
                           {"pass", place.pass}});
    fmt::print("One VNC viewer of this computer may come: vnc://127.0.0.1:{} (127.0.0.1::{}), pass {}\n", place.port,
               place.port, place.pass);
    std::fflush(stdout);
}

void tell_end(const ScriptOutcome& outcome, bool as_json) {
    if (!as_json) {
        if (outcome.error) fmt::print(stderr, "Failed: {}\n", in_words(*outcome.error));
        return;
    }
    auto object = to_json(outcome);
    for (const auto* of_scripts : {"size", "steps_done", "report_saved"}) object.erase(of_scripts);
    object["event"] = "ended";
    print_json(object);
}

}  // namespace

int run_bridge(const BridgeCommand& command, SettingsStore& settings) {
    check_loopback_port(command.port);  // rather than after the guest has agreed
    Headless console(settings, command.common, command.json, command.port);
    PassFile file(command.viewer_passwd);
    BridgedSession::Events events;
    events.offered = [&](const Session& session, control::Error& problem) {
        try {
            file.write(session.place->pass);
        } catch (const std::runtime_error& trouble) {
            problem = {control::Code::internal, trouble.what(), "Choose another place with --viewer-passwd."};
            return false;
        }
        tell_offer(session, command.json);
        return true;
    };
    events.taken = [&](const Session&) {
        if (command.json) print_json({{"event", "taken"}});
    };
    BridgedSession session(command.order, console.model, console.clock, std::move(events));
    drive(console, session, command.json);
    tell_end(session.outcome(), command.json);
    return session.outcome().ok ? 0 : 1;
}

}  // namespace pronto::viewer
