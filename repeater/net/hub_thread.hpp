#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "repeater/hub/attempts.hpp"
#include "repeater/hub/hub.hpp"
#include "repeater/hub/operator_tokens.hpp"

namespace pronto::net {

namespace asio = boost::asio;

/// A peer's control channel as the hub's thread sees it. Every call is quick and may come from any thread.
class Channel {
public:
    virtual ~Channel() = default;
    virtual void send(std::string json) = 0;
    /// Closes after what was sent.
    virtual void close() = 0;
    /// In a session pings go every 5 s, else every 20 s.
    virtual void set_in_session(bool in_session) = 0;
    /// Bytes that wait to be sent.
    virtual std::size_t backlog() const = 0;
    /// Another claims the peer's place: find out soon whether it is still there, and close if not. Those that ping do
    /// so anyway.
    virtual void probe() {}
};

/// The joined (or waiting) ends of a viewer leg's stream as the hub's thread sees them. Any thread.
class Stream {
public:
    virtual ~Stream() = default;
    /// `words`: for a standard viewer that still waits to be let in.
    virtual void close(std::string words) = 0;
    /// Nothing of what passes from now on gets into the movie.
    virtual void pause_recording() = 0;
    virtual hub::Traffic traffic() const = 0;
};

/// The hub's logic on a thread of its own: everything in `repeater/hub` happens here and nowhere else.
class HubThread final : private hub::Outside {
public:
    HubThread(const hub::Settings& settings, const Clock& clock, hub::Records& records);
    ~HubThread() override;

    /// What lives on the thread.
    struct Desk {
        hub::Hub hub;
        hub::OperatorTokens tokens;
        hub::Attempts attempts;
        hub::Records& records;
    };

    /// Runs `work(Desk&)` on the hub's thread and resumes the caller, on its own executor, with what it returned.
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work, Desk&>> ask(Work work) {
        auto task = on_desk(this, std::move(work));
        co_return co_await asio::co_spawn(context_, std::move(task), asio::use_awaitable);
    }
    /// Runs `work(Desk&)` on the hub's thread, some time. What it throws is logged: nobody waits for it, and the hub
    /// serves on.
    template <class Work>
    void post(Work work) {
        asio::post(context_, [this, work = std::move(work)]() mutable { guarded([&] { work(desk_); }); });
    }

    // On the hub's thread only (from inside ask or post):
    hub::PeerId add_channel(std::shared_ptr<Channel> channel);
    void remove_channel(hub::PeerId peer);
    void probe(hub::PeerId peer);
    void add_stream(const std::string& session, int leg, std::shared_ptr<Stream> stream);
    std::shared_ptr<Stream> stream(const std::string& session, int leg) const;
    void remove_stream(const std::string& session, int leg);

    /// How many channels and streams are open. Any other thread; waits for the answer.
    std::size_t open_ends();
    /// Lets what is queued happen, then ends the thread.
    void join();
    /// Expires with join(): whoever may outlive the hub asks before it posts.
    std::weak_ptr<void> serving() const { return serving_; }

private:
    template <class Work>
    static asio::awaitable<std::invoke_result_t<Work, Desk&>> on_desk(HubThread* self, Work work) {
        const AfterWork after{*self};
        co_return work(self->desk_);
    }
    /// Also of work that throws: it may have set deadlines before.
    struct AfterWork {
        HubThread& thread;
        ~AfterWork() { thread.after_work(); }
    };
    void guarded(const std::function<void()>& work);
    void after_work();
    void arm(SteadyTime at);

    void send(hub::PeerId peer, const control::Envelope& envelope) override;
    void close(hub::PeerId peer) override;
    void close_streams(const std::string& session, const std::string& words) override;
    void close_stream(const std::string& session, int leg, const std::string& words) override;
    void pause_recording(const std::string& session) override;
    hub::Traffic traffic(const std::string& session) const override;
    std::size_t backlog(hub::PeerId peer) const override;

    struct Peer {
        std::shared_ptr<Channel> channel;
        std::set<std::string> sessions;  ///< those that run or wait
    };

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy_;
    asio::steady_timer timer_;
    std::optional<SteadyTime> armed_;
    std::unordered_map<hub::PeerId, Peer> channels_;
    std::map<std::pair<std::string, int>, std::shared_ptr<Stream>> streams_;  ///< by session and viewer leg
    hub::PeerId last_peer_ = 0;
    std::shared_ptr<void> serving_ = std::make_shared<int>();
    Desk desk_;
    std::thread thread_;
};

}  // namespace pronto::net
