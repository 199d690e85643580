#include "repeater/recording/recorder.hpp"

#include <pthread.h>
#include <unistd.h>
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "repeater/recording/part_state.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::recording {

Part::Part(std::shared_ptr<State> state) : state_(std::move(state)) {}
Part::~Part() {
    state_->close(false);
}
void Part::header(const wire::ServerInit& init) {
    state_->header(init);
}
void Part::message(ByteView message) {
    state_->message(message);
}
void Part::fail(const std::string& why) {
    state_->fail(why);
}
Facts Part::facts() const {
    return state_->facts();
}
bool Part::failed() const {
    return state_->failed();
}
void Part::close() {
    state_->close(false);
}
void Part::pause() {
    state_->close(true);
}
void Part::flush() {
    state_->flush();
}

namespace {

/// Ids name files: nothing that could leave the folder.
bool is_safe(const std::string& session) {
    const auto safe = [](unsigned char c) { return std::isalnum(c) || c == '-'; };
    return !session.empty() && session.size() <= 64 && std::all_of(session.begin(), session.end(), safe);
}

}  // namespace

class Recorder::Impl {
public:
    Impl(Options options, const Clock& clock)
        : options_(std::move(options)), clock_(clock), queue_(std::make_shared<Part::State::Queue>(options_.hold)) {
        if (!options_.open) options_.open = PartFile::open_new;
        make_private_folder(options_.folder);
        if (::access(options_.folder.c_str(), W_OK | X_OK) != 0)
            throw std::runtime_error(fmt::format("the recordings folder {} cannot be written: {}",
                                                 options_.folder.string(), std::strerror(errno)));
        for (int i = 0; i < std::max(1, options_.threads); ++i) threads_.emplace_back([this] { run(); });
    }

    ~Impl() {
        for (const auto& weak : parts_)
            if (const auto part = weak.lock()) part->close(false);
        queue_->stop();
        for (auto& thread : threads_) thread.join();
    }

    std::unique_ptr<Part> start(const std::string& session, int number, bool continues, OnChange on_change) {
        if (!is_safe(session)) throw std::logic_error("a session id that cannot name a file: " + session);
        hub::RecordingRecord row;
        row.session = session;
        row.part = number;
        row.file = fbs::part_file_name(session, number);
        auto part = std::make_shared<Part::State>(std::move(row), continues, options_, clock_, std::move(on_change), queue_);
        const std::lock_guard lock(mutex_);
        std::erase_if(parts_, [](const auto& weak) { return weak.expired(); });
        parts_.push_back(part);
        return std::make_unique<Part>(std::move(part));
    }

private:
    void run() {
        ::pthread_setname_np(::pthread_self(), "recorder");  // for top -H, and the bench
        while (const auto part = queue_->pop()) part->work();
    }

    Options options_;
    const Clock& clock_;
    const std::shared_ptr<Part::State::Queue> queue_;
    std::mutex mutex_;
    std::vector<std::weak_ptr<Part::State>> parts_;
    std::vector<std::thread> threads_;
};

Recorder::Recorder(Options options, const Clock& clock) : impl_(std::make_unique<Impl>(std::move(options), clock)) {}
Recorder::~Recorder() = default;

std::unique_ptr<Part> Recorder::start(const std::string& session, int part, bool continues, OnChange on_change) {
    return impl_->start(session, part, continues, std::move(on_change));
}

}  // namespace pronto::recording
