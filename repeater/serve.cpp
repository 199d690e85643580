#include "repeater/serve.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/ranges.h>

#include "db/database.hpp"
#include "repeater/admin/first_admin.hpp"
#include "repeater/admin/hub_socket.hpp"
#include "repeater/net/connection.hpp"
#include "repeater/movies.hpp"
#include "repeater/net/listener.hpp"
#include "repeater/net/local_door.hpp"
#include "repeater/reach.hpp"
#include "repeater/records/stored_records.hpp"
#include "repeater/records/watched_records.hpp"
#include "repeater/recording/recorder.hpp"
#include "repeater/recording/recovery.hpp"
#include "repeater/recording/session_movie.hpp"
#include "repeater/standard/ports.hpp"
#include "repeater/web/rest.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"

namespace pronto {

namespace {

namespace asio = boost::asio;

constexpr Millis orderly_stop{10'000};
constexpr Millis account_check_period{5'000};

/// Every session needs descriptors; the usual soft limit of 1,024 would end at 300 sessions.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log::warning("the limit of open files stays at {}", limit.rlim_cur);
}

hub::Settings settings_from(const HubConfig& config) {
    hub::Settings settings;
    settings.node = config.hub.node;
    settings.grace = config.grace;
    settings.policy.recording = config.recording.enabled;
    settings.policy.retention_days = config.recording.retention.days;
    settings.policy.operator_may_pause = config.recording.operator_may_pause;
    settings.policy.guest_may_pause = config.recording.guest_may_pause;
    settings.policy.consent_timeout_ms = config.consent_timeout.count();
    settings.policy.ticket_minutes = std::chrono::duration_cast<std::chrono::minutes>(config.ticket_life).count();
    settings.policy.clipboard = config.clipboard;
    settings.policy.viewer_port = config.standard.viewer_port;
    settings.policy.repeater_port = config.standard.repeater_port;
    settings.policy.server_port = config.standard.server_port;
    settings.most_live_tickets_per_operator = config.limits.live_tickets_per_operator;
    return settings;
}

/// Held while the hub runs: a second one on the same data would call the first one's sessions interrupted.
class DataLock {
public:
    explicit DataLock(const std::filesystem::path& data) : fd_(::open((data / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (fd_ < 0) throw std::runtime_error(fmt::format("cannot write in {}: {}", data.string(), std::strerror(errno)));
        if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
        ::close(fd_);
        throw std::runtime_error(fmt::format("another hub is running on {}; stop it first, or give this one a --data folder of its own",
                                             data.string()));
    }
    ~DataLock() { ::close(fd_); }
    DataLock(const DataLock&) = delete;
    DataLock& operator=(const DataLock&) = delete;

private:
    int fd_;
};

/// Bound, and not yet accepting.
struct Ports {
    net::RelayThreads& threads;  ///< outlives the hub, which holds channels of these threads
    std::vector<std::unique_ptr<net::Listener>> listeners;
    standard::Ports standard;
};

Ports bind_ports(const HubConfig& config, net::RelayThreads& threads) {
    Ports ports{threads, {}, {}};
    std::vector<std::string> problems;
    for (const auto port : config.listen.ports) {
        try {
            ports.listeners.push_back(std::make_unique<net::Listener>(threads, config.listen.address, port));
        } catch (const std::runtime_error& problem) {
            if (config.listen.explicit_ports) throw;
            log::warning("{}", problem.what());
            problems.push_back(problem.what());
        }
    }
    const auto& standard = config.standard;
    ports.standard = standard::Ports(threads, config.listen.address, {standard.viewer_port, standard.repeater_port, standard.server_port});
    if (ports.listeners.empty()) throw std::runtime_error(fmt::format("no port to listen on: {}", fmt::join(problems, "; ")));
    return ports;
}

std::size_t relay_threads(const HubConfig& config) {
    return config.hub.relay_threads > 0 ? static_cast<std::size_t>(config.hub.relay_threads)
                                        : std::max(1u, std::thread::hardware_concurrency());
}

class Server {
public:
    Server(const HubConfig& config, Ports ports, std::shared_ptr<const fbs::KeyRing> keys)
        : config_(config),
          identity_(made_identity(config)),
          tls_(tunnel::server_context(identity_.certificate, identity_.key)),
          stored_(config.data / "pronto.db"),
          archive_(config.data / "pronto.db"),
          recorder_(std::make_unique<recording::Recorder>(recorder_options(config, keys), clock_)),
          admission_(config.limits.unauthenticated_per_address, config.limits.unauthenticated_together),
          ports_(std::move(ports)),
          movies_(std::make_unique<Movies>(config_, stored_, clock_)),
          watched_(stored_, [this](const std::string& session) { movies_->maybe_due(session); }),
          hub_(settings_from(config), clock_, watched_),
          log_in_(hub_, archive_),
          rest_(hub_, archive_, log_in_, settings_from(config), {config.data / "pronto.db", config.recording.folder, keys}, clock_),
          door_(std::make_shared<net::Doorway>()) {
        door_->tls = tls_.get();
        door_->hub = &hub_;
        door_->threads = &ports_.threads;
        door_->admission = &admission_;
        door_->http = [this](net::HttpRequest request) { return rest_.answer(std::move(request)); };
        door_->open_movie = [this](const hub::StreamGrant& grant, auto failed) { return open_movie(grant, std::move(failed)); };
        door_->trusted_proxies = config.trusted_proxies;
        door_->head_deadline = config.limits.handshake;
    }

    /// Sessions that the hub's last run left open: said in the log and the audit.
    void note_interrupted(const std::vector<hub::SessionRecord>& sessions) {
        for (const auto& session : sessions) {
            log::warning("session {} with {} was interrupted when the hub went down", session.id, session.guest_name);
            hub::AuditRecord audit{clock_.unix_now(), "hub", "session.end", session.id,
                                   "interrupted: the hub went down in the session with " + session.guest_name};
            hub_.post([audit = std::move(audit)](net::HubThread::Desk& desk) { desk.records.save(audit); });
        }
    }

    /// What the hub's last run left open goes on, as soon as both sides are back.
    void restore(records::Remembered remembered, std::vector<std::pair<hub::SessionRecord, int>> sessions) {
        if (!sessions.empty()) log::info("sessions that wait for their sides to come back: {}", sessions.size());
        hub_.post([remembered = std::move(remembered), sessions = std::move(sessions)](net::HubThread::Desk& desk) mutable {
            desk.tokens.restore(remembered.tokens, remembered.enabled);
            desk.hub.restore({std::move(remembered.guests), std::move(sessions)});
        });
    }

    int run() {
        for (const auto& listener : ports_.listeners) listener->start([this](auto socket) { welcome(std::move(socket)); });
        ports_.standard.start(reception());
        take_local_commands();
        announce();
        asio::signal_set signals(waiting_, SIGTERM, SIGINT);
        signals.async_wait([this](const ErrorCode& error, int) { if (!error) waiting_.stop(); });
        check_accounts();
        waiting_.run();
        waiting_.restart();
        signals.async_wait([](const ErrorCode& error, int) {
            if (error) return;
            log::warning("asked twice: stopping at once");
            ::_exit(1);
        });
        std::thread second([this] { waiting_.run(); });
        stop();
        waiting_.stop();
        second.join();
        return 0;
    }

private:
    static recording::Recorder::Options recorder_options(const HubConfig& config,
                                                         std::shared_ptr<const fbs::KeyRing> keys) {
        recording::Recorder::Options options;
        options.folder = config.recording.folder;
        options.longest_queue_bytes = config.recording.queue_bytes;
        if (config.recording.encrypt) options.seal_with = std::move(keys);
        return options;
    }

    /// Without them (a data folder whose path is too long for a socket) the hub serves all the same.
    void take_local_commands() {
        auto answer = [this](net::HttpRequest request, std::string operator_name) {
            return rest_.answer_locally(std::move(request), std::move(operator_name));
        };
        try {
            local_ = std::make_unique<net::LocalDoor>(ports_.threads.pick(), config_.data / admin::hub_socket_name, std::move(answer));
            local_->start();
        } catch (const std::runtime_error& problem) {
            log::warning("{}; commands such as \"session pass\" do not reach this hub", problem.what());
        }
    }

    std::shared_ptr<const standard::Reception> reception() {
        auto reception = std::make_shared<standard::Reception>();
        reception->door = door_;
        const auto& limits = config_.limits;
        reception->admission = std::make_shared<net::Admission>(limits.unauthenticated_per_address, limits.unauthenticated_together);
        reception->calls = std::make_shared<net::Admission>(limits.unauthenticated_per_address, limits.unauthenticated_together);
        reception->log_in = [this](std::string user, std::string password, std::string address) {
            return log_in_.check(std::move(user), std::move(password), std::move(address));
        };
        reception->anonymous_tls = tunnel::anonymous_server_context();
        const auto& settings = config_.standard;
        reception->allow_unencrypted = settings.allow_unencrypted;
        std::vector<std::uint16_t> own{settings.viewer_port, settings.repeater_port, settings.server_port};
        for (const auto& listener : ports_.listeners) own.push_back(listener->port());
        reception->mode_one = standard::ModeOneRules(settings.mode1_allow, std::move(own));
        reception->step = config_.limits.handshake;
        for (const auto& [port, who] : {std::pair(settings.viewer_port, "viewers"), std::pair(settings.repeater_port, "viewers that know UltraVNC's repeater"),
                                        std::pair(settings.server_port, "servers that register")})
            if (port > 0) log::info("standard VNC programs: {} on port {}", who, port);
        if (settings.allow_unencrypted) log::warning("standard VNC programs are taken without encryption: what they send can be read on the way");
        return reception;
    }

    /// A new connection, on its own thread.
    void welcome(asio::ip::tcp::socket socket) {
        auto address = net::address_of(socket);
        if (address.empty()) return;
        auto place = net::is_trusted_proxy(address, *door_) ? admission_.enter_for_somebody() : admission_.enter(address);
        if (!place) return log::debug("too many connections from {} that have not logged in", address);
        const auto executor = socket.get_executor();
        auto serving = net::serve_connection(std::move(socket), std::move(address), std::move(place), door_);
        asio::co_spawn(executor, std::move(serving), asio::detached);
    }

    void announce() const {
        std::vector<std::uint16_t> numbers;
        for (const auto& listener : ports_.listeners) numbers.push_back(listener->port());
        remember_port(config_, numbers.front());
        log::info("pronto-repeater {} serves on port {}, data in {}", version, fmt::join(numbers, ", "), config_.data.string());
        // For people and scripts: what agents and consoles need to trust this hub.
        const auto reach = reach_of(config_);
        fmt::print("Pronto hub ready on port {}\nPin: {}\nThe pin in words: {}\n", fmt::join(numbers, ", "), reach.pin, reach.words);
        std::fflush(stdout);
    }

    std::unique_ptr<rfb::MovieSink> open_movie(const hub::StreamGrant& grant, std::function<void(std::string)> failed) {
        if (config_.recording.on_failure != HubConfig::OnFailure::end_session) failed = [](const std::string&) {};
        auto changed = [this, failed](const hub::RecordingRecord& row) {
            hub_.post([row](net::HubThread::Desk& desk) { desk.hub.recording_changed(row); });
            if (row.state != hub::RecordingState::failed) return;
            log::error("the movie of session {} cannot be written: {}", row.session, row.detail);
            failed("the movie cannot be written: " + row.detail);
        };
        return std::make_unique<recording::SessionMovie>(*recorder_, grant.session, grant.first_part, std::move(changed));
    }

    /// Accounts are disabled and passwords changed by the command line, behind the hub's back: channels and tokens of
    /// such an account go within seconds.
    void check_accounts() {
        account_timer_.expires_after(account_check_period);
        account_timer_.async_wait([this](const ErrorCode& error) {
            if (error) return;
            try {
                hub_.post([credentials = archive_.credentials()](net::HubThread::Desk& desk) {
                    desk.tokens.keep(credentials);
                    desk.hub.accounts_are(credentials);
                });
            } catch (const std::exception& problem) {
                log::error("the accounts cannot be looked up: {}", problem.what());
            }
            check_accounts();
        });
    }

    /// Tells everybody, closes movies and database.
    void stop() {
        log::info("stopping: telling everybody");
        movies_->stop();
        for (const auto& listener : ports_.listeners) listener->close();
        ports_.standard.close();
        if (local_) local_->close();
        hub_.post([](net::HubThread::Desk& desk) { desk.hub.stop(); });
        const auto deadline = clock_.now() + orderly_stop;
        while (clock_.now() < deadline && hub_.open_ends() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ports_.threads.stop();
        ports_.threads.join();
        recorder_.reset();  // its last rows go through the hub's thread
        hub_.join();
        movies_.reset();
        log::info("stopped");
    }

    const HubConfig config_;
    SystemClock clock_;
    Identity identity_;
    tunnel::TlsContext tls_;
    records::StoredRecords stored_;  ///< closes the database last: a reader cannot tidy up its log
    records::Archive archive_;
    std::unique_ptr<recording::Recorder> recorder_;
    net::Admission admission_;
    Ports ports_;
    std::unique_ptr<Movies> movies_;
    records::WatchedRecords watched_;
    net::HubThread hub_;
    web::LogIn log_in_;
    web::Rest rest_;
    std::shared_ptr<net::Doorway> door_;
    std::unique_ptr<net::LocalDoor> local_;
    asio::io_context waiting_;
    asio::steady_timer account_timer_{waiting_};
};

}  // namespace

int serve(const HubConfig& config) {
    standard::ModeOneRules checked(config.standard.mode1_allow);  // a mistake there is told before anything is made
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    // Before anything is made: a hub that cannot listen, or seal, leaves no folder and no account behind.
    std::shared_ptr<const fbs::KeyRing> keys = fbs::KeyRing::read_if_given(config.recording.key_file);
    net::RelayThreads threads(relay_threads(config));
    auto ports = bind_ports(config, threads);
    make_private_folder(config.data);
    const DataLock lock(config.data);
    {
        db::Database database(config.data / "pronto.db");
        admin::ensure_first_admin(database, config.data);
    }
    // What a killed hub left open is over before anything new begins.
    const auto measure = [&](auto row) { return recording::recovered(config.recording.folder, std::move(row), keys.get()); };
    auto interrupted = records::interrupt_open_sessions(config.data / "pronto.db", SystemClock().unix_now(), measure, config.grace);
    for (auto& [session, parts] : interrupted.waiting)  // also a part whose row was not written any more
        while (std::filesystem::exists(config.recording.folder / fmt::format("{}.part{}.fbs", session.id, parts + 1))) ++parts;
    auto remembered = records::remembered(config.data / "pronto.db");
    Server server(config, std::move(ports), std::move(keys));
    server.restore(std::move(remembered), interrupted.waiting);
    server.note_interrupted(interrupted.sessions);
    return server.run();
}

}  // namespace pronto
