#include "repeater/recording/finisher.hpp"

#include <unistd.h>
#include <array>
#include <csignal>
#include <deque>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "repeater/recording/child.hpp"
#include "repeater/recording/integrity.hpp"
#include "repeater/recording/movie_files.hpp"
#include "repeater/recording/outcome.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/finish_files.hpp"

namespace pronto::recording {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using hub::MovieState;

constexpr Millis patience_at_stop{3'000};

/// One movie between its first attempt and its outcome.
struct Job {
    Job(asio::io_context& thread, const std::string& session) : end(thread), errors(thread), timer(thread) {
        row.session = session;
        row.state = MovieState::waiting;
    }
    hub::MovieRecord row;
    bool running = false;  ///< takes one of the workers' places
    std::vector<std::filesystem::path> parts;  ///< that it is made of; the low thread's
    Child child;
    asio::posix::stream_descriptor end;
    asio::posix::stream_descriptor errors;
    asio::steady_timer timer;  ///< before another attempt; while it runs at the stop: before it is killed
    std::array<char, 4096> buffer{};
    std::string words;
};
using JobRef = std::shared_ptr<Job>;

/// The last line of what the program said, without its name.
std::string last_words(const std::string& said) {
    const auto end = said.find_last_not_of('\n');
    if (end == std::string::npos) return {};
    const auto begin = said.rfind('\n', end);
    auto line =
        said.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1) + 1);
    constexpr std::string_view program = "pronto-fbs: ";
    if (line.starts_with(program)) line.erase(0, program.size());
    return presentable(line, longest_words);
}

}  // namespace

class Finisher::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(Options options, asio::io_context& thread, const Clock& clock, OnChange on_change)
        : options_(std::move(options)), thread_(thread), clock_(clock), on_change_(std::move(on_change)) {
        asio::post(low_, lower_own_priority);
    }

    void add(const std::string& session) {
        if (stopping_ || jobs_.contains(session)) return;
        const auto job = std::make_shared<Job>(thread_, session);
        jobs_.emplace(session, job);
        waiting_.push_back(job);
        tell(*job);
        start_next();
    }

    void stop() {
        stopping_ = true;
        waiting_.clear();
        for (const auto& [session, job] : jobs_) {
            job->timer.cancel();
            if (job->child.pid > 0) end(job);
        }
    }

private:
    void tell(Job& job, const std::optional<hub::AuditRecord>& audit = {}) {
        job.row.changed = clock_.unix_now();
        on_change_(job.row, audit);
    }

    void start_next() {
        while (!stopping_ && running_ < options_.workers && !waiting_.empty()) {
            const auto job = waiting_.front();
            waiting_.pop_front();
            ++running_;
            job->running = true;
            ++job->row.attempts;
            job->row.state = MovieState::working;
            tell(*job);
            on_low([self = shared_from_this(), job] { self->start(job); });
        }
    }

    /// The io_context has work until that is done.
    template <class Work>
    void on_low(Work work) {
        asio::post(low_, [work = std::move(work), busy = asio::make_work_guard(thread_)] { work(); });
    }

    /// On the low thread, whose priority the program inherits.
    void start(const JobRef& job) {
        std::string problem;
        Child child;
        bool there_already = false;
        try {
            remove_leftovers(options_.folder, job->row.session);
            // The parts go when the movie has been looked at, not before.
            std::vector<std::string> arguments{"finish", "--keep-parts"};
            if (options_.seal) arguments.emplace_back("--seal");
            if (!options_.key_file.empty()) arguments.insert(arguments.end(), {"--key-file", options_.key_file});
            job->parts = parts_of(options_.folder, job->row.session);
            for (const auto& part : job->parts) arguments.push_back(part.string());
            if (is_made_of_more(options_.folder, job->row.session, job->parts.size()))
                there_already = true;  // a hub that was killed had come so far
            else if (!job->parts.empty())
                child = start_child(options_.program, arguments);
            else
                problem = "nothing was recorded: there is no part of it";
        } catch (const std::exception& wrong) {
            problem = wrong.what();
        }
        if (there_already) return look(job);
        asio::post(thread_, [self = shared_from_this(), job, child, problem] {
            if (child.pid < 0) return self->failed(job, problem);
            self->watch(job, child);
        });
    }

    void watch(const JobRef& job, const Child& child) {
        job->child = child;
        job->words.clear();
        job->end.assign(child.end);
        job->errors.assign(child.errors);
        read_errors(job);
        job->end.async_wait(asio::posix::stream_descriptor::wait_read,
                            [self = shared_from_this(), job](const error_code& error) {
                                if (!error) self->ended(job);
                            });
        if (stopping_) end(job);
    }

    void read_errors(const JobRef& job) {
        job->errors.async_read_some(asio::buffer(job->buffer),
                                    [self = shared_from_this(), job](const error_code& error, std::size_t got) {
                                        job->words.append(job->buffer.data(), got);
                                        if (job->words.size() > 2 * longest_words)
                                            job->words.erase(0, job->words.size() - longest_words);
                                        if (!error) self->read_errors(job);
                                    });
    }

    /// Ends a program and what it started.
    void end(const JobRef& job) {
        ::kill(-job->child.pid, SIGTERM);
        job->timer.expires_after(patience_at_stop);
        job->timer.async_wait([job](const error_code& error) {
            if (!error && job->child.pid > 0) ::kill(-job->child.pid, SIGKILL);
        });
    }

    void ended(const JobRef& job) {
        ::kill(-job->child.pid, SIGKILL);  // what it started and left behind; the id is its own until it is collected
        // What it said last may still be in the pipe, which does not block.
        for (ssize_t got = 0; (got = ::read(job->child.errors, job->buffer.data(), job->buffer.size())) > 0;)
            job->words.append(job->buffer.data(), static_cast<std::size_t>(got));
        const auto how = how_it_ended(job->child);
        job->child = {};
        job->end.close();
        job->errors.close();
        job->timer.cancel();
        if (stopping_) return put_back(job);
        if (how.empty()) return on_low([self = shared_from_this(), job] { self->look(job); });
        const auto said = last_words(job->words);
        failed(job, said.empty() ? "pronto-fbs: " + how : fmt::format("{} ({})", said, how));
    }

    /// On the low thread: reads all of the movie. When it is sound, its parts go.
    void look(const JobRef& job) {
        auto found = look_at(options_.folder, job->row);
        if (found.problem.empty() && parts_of(options_.folder, job->row.session) != job->parts)
            found.problem = "another part came while it was made";
        if (found.problem.empty() && !found.damaged && !options_.keep_parts) fbs::remove_parts(job->parts);
        asio::post(thread_, [self = shared_from_this(), job, found = std::move(found)] {
            if (!found.problem.empty()) return self->failed(job, found.problem);
            self->finished(job, found.row);
        });
    }

    void finished(const JobRef& job, const hub::MovieRecord& row) {
        job->row = row;
        log::info("the movie of session {} is finished: {:.1f} s, {}{}{}", row.session,
                  static_cast<double>(row.duration_ms) / 1000, human_bytes(row.bytes), row.detail.empty() ? "" : "; ",
                  row.detail);
        tell(*job, hub::AuditRecord{clock_.unix_now(), "hub", "movie.finished", row.session, digests_text(row)});
        done(job);
    }

    void failed(const JobRef& job, const std::string& problem) {
        if (stopping_) return put_back(job);
        job->row.detail = problem;
        if (job->row.attempts < options_.most_attempts) return try_later(job);
        job->row.state = MovieState::failed;
        log::error("the movie of session {} cannot be finished, its parts stay: {}", job->row.session, problem);
        tell(*job, hub::AuditRecord{clock_.unix_now(), "hub", "movie.failed", job->row.session, problem});
        done(job);
    }

    void try_later(const JobRef& job) {
        const auto pause = options_.pause * (1 << (job->row.attempts - 1));
        log::warning("the movie of session {} could not be finished, another attempt follows in {} s: {}",
                     job->row.session, pause.count() / 1000, job->row.detail);
        job->row.state = MovieState::waiting;
        tell(*job);
        job->timer.expires_after(pause);
        job->timer.async_wait([self = shared_from_this(), job](const error_code& error) {
            if (error || self->stopping_) return;
            self->waiting_.push_back(job);
            self->start_next();
        });
        free_place(*job);
    }

    /// The next start of the hub takes it up; this was no attempt.
    void put_back(const JobRef& job) {
        job->row.state = MovieState::waiting;
        --job->row.attempts;
        tell(*job);
        done(job);
    }

    void done(const JobRef& job) {
        jobs_.erase(job->row.session);
        free_place(*job);
    }

    void free_place(Job& job) {
        if (job.running) --running_;
        job.running = false;
        start_next();
    }

    const Options options_;
    asio::io_context& thread_;
    const Clock& clock_;
    const OnChange on_change_;
    std::map<std::string, JobRef> jobs_;
    std::deque<JobRef> waiting_;
    int running_ = 0;
    bool stopping_ = false;

    asio::thread_pool low_{1};

public:
    void join() { low_.join(); }
};

Finisher::Finisher(Options options, asio::io_context& thread, const Clock& clock, OnChange on_change)
    : impl_(std::make_shared<Impl>(std::move(options), thread, clock, std::move(on_change))) {}
Finisher::~Finisher() {
    impl_->join();
}

void Finisher::add(const std::string& session) {
    impl_->add(session);
}
void Finisher::stop() {
    impl_->stop();
}

}  // namespace pronto::recording
