#include "repeater/movies.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "repeater/config.hpp"
#include "repeater/recording/finisher.hpp"
#include "repeater/recording/movie_files.hpp"
#include "repeater/recording/retention.hpp"
#include "repeater/records/movie_book.hpp"
#include "repeater/records/stored_records.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto {

namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours retention_period{1};
/// For what the command line has made due behind the hub's back.
constexpr std::chrono::seconds look_period{10};

recording::Finisher::Options finisher_options(const HubConfig& config) {
    recording::Finisher::Options options;
    options.program = config.recording.finisher;
    options.folder = config.recording.folder;
    options.workers = config.recording.workers;
    options.keep_parts = config.recording.keep_parts;
    options.key_file = config.recording.key_file;
    options.seal = config.recording.encrypt;
    return options;
}

}  // namespace

class Movies::Impl {
public:
    Impl(const HubConfig& config, records::StoredRecords& stored, const Clock& clock)
        : config_(config),
          stored_(stored),
          clock_(clock),
          book_(config.data / "pronto.db"),
          finisher_(finisher_options(config), thread_, clock,
                    [this](const auto& row, const auto& audit) { guarded([&] { save(row, audit); }); }) {
        const auto due = book_.take_up();
        if (!due.empty()) log::info("{} movies of ended sessions are to be finished", due.size());
        asio::post(thread_, [this, due] {
            for (const auto& session : due) finisher_.add(session);
            retain();
            next_retention();
            next_look();
        });
        runner_ = std::thread([this] { thread_.run(); });
    }

    ~Impl() {
        stop();
        runner_.join();
    }

    void maybe_due(const std::string& session) {
        asio::post(thread_, [this, session] {
            guarded([&] {
                stored_.flush();  // what the hub has just said of the session is on its way to the database
                if (!stopping_ && book_.is_due(session)) finisher_.add(session);
            });
        });
    }

    void stop() {
        asio::post(thread_, [this] {
            stopping_ = true;
            retention_.cancel();
            look_.cancel();
            finisher_.stop();
            busy_.reset();
        });
    }

private:
    /// A database that fails now is no reason to end: the next look, or the next start, comes.
    template <class Work>
    void guarded(Work work) {
        try {
            work();
        } catch (const std::exception& problem) {
            log::error("movies: {}", problem.what());
        }
    }

    void save(const hub::MovieRecord& row, const std::optional<hub::AuditRecord>& audit) {
        if (book_.save(row, audit)) return;
        if (row.state == hub::MovieState::finished || row.state == hub::MovieState::failed)
            recording::remove_movie(config_.recording.folder, row.session);  // deleted while it was made
    }

    void next_look() {
        look_.expires_after(look_period);
        look_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            guarded([this] {
                for (const auto& session : book_.due()) finisher_.add(session);
            });
            next_look();
        });
    }

    void next_retention() {
        retention_.expires_after(retention_period);
        retention_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            retain();
            next_retention();
        });
    }

    void retain() {
        guarded([this] {
            const auto& folder = config_.recording.folder;
            const auto movies = book_.all();
            for (const auto& session : recording::undeleted(folder, movies)) recording::remove_movie(folder, session);
            const auto now = clock_.unix_now();
            const auto due = recording::removals(recording::stored_movies(folder, movies), config_.recording.retention,
                                                 now, recording::free_bytes(folder));
            for (const auto& one : due) {
                const hub::AuditRecord audit{now, "hub", "movie.delete", one.session, "retention: " + one.why};
                if (!book_.remove(one.session, audit).empty()) continue;  // held a moment ago
                recording::remove_movie(folder, one.session);
                log::info("the movie of session {} was removed: {}", one.session, one.why);
            }
        });
    }

    const HubConfig& config_;
    records::StoredRecords& stored_;
    const Clock& clock_;
    asio::io_context thread_{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy_{thread_.get_executor()};
    asio::steady_timer retention_{thread_};
    asio::steady_timer look_{thread_};
    bool stopping_ = false;
    records::MovieBook book_;
    recording::Finisher finisher_;
    std::thread runner_;
};

Movies::Movies(const HubConfig& config, records::StoredRecords& stored, const Clock& clock)
    : impl_(std::make_unique<Impl>(config, stored, clock)) {}
Movies::~Movies() = default;

void Movies::maybe_due(const std::string& session) {
    impl_->maybe_due(session);
}
void Movies::stop() {
    impl_->stop();
}

}  // namespace pronto
