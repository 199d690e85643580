#include "repeater/net/hub_thread.hpp"

#include <future>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::net {

HubThread::HubThread(const hub::Settings& settings, const Clock& clock, hub::Records& records)
    : busy_(asio::make_work_guard(context_)),
      timer_(context_),
      desk_{hub::Hub(settings, clock, *this, records), hub::OperatorTokens(clock, records), hub::Attempts(clock), records},
      thread_([this] { context_.run(); }) {}

HubThread::~HubThread() {
    join();
}

void HubThread::join() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { timer_.cancel(); });
    busy_.reset();
    thread_.join();
    serving_.reset();
}

std::size_t HubThread::open_ends() {
    std::promise<std::size_t> counted;
    asio::post(context_, [this, &counted] { counted.set_value(channels_.size() + streams_.size()); });
    return counted.get_future().get();
}

void HubThread::after_work() {
    const auto next = desk_.hub.next_deadline();
    if (next && (!armed_ || *next < *armed_)) arm(*next);
}

void HubThread::arm(SteadyTime at) {
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([this](const ErrorCode& error) {
        if (error) return;
        armed_.reset();
        guarded([this] { desk_.hub.tick(); });
    });
}

void HubThread::guarded(const std::function<void()>& work) {
    const AfterWork after{*this};
    try {
        work();
    } catch (const std::exception& problem) {
        log::error("the hub could not do something: {}", problem.what());
    }
}

hub::PeerId HubThread::add_channel(std::shared_ptr<Channel> channel) {
    channels_.emplace(++last_peer_, Peer{std::move(channel), {}});
    return last_peer_;
}

void HubThread::remove_channel(hub::PeerId peer) {
    channels_.erase(peer);
}

void HubThread::probe(hub::PeerId peer) {
    if (const auto found = channels_.find(peer); found != channels_.end()) found->second.channel->probe();
}

void HubThread::add_stream(const std::string& session, int leg, std::shared_ptr<Stream> stream) {
    streams_.insert_or_assign({session, leg}, std::move(stream));
}

std::shared_ptr<Stream> HubThread::stream(const std::string& session, int leg) const {
    const auto found = streams_.find({session, leg});
    return found == streams_.end() ? nullptr : found->second;
}

void HubThread::remove_stream(const std::string& session, int leg) {
    streams_.erase({session, leg});
}

void HubThread::send(hub::PeerId peer, const control::Envelope& envelope) {
    const auto found = channels_.find(peer);
    if (found == channels_.end()) return;
    auto& to = found->second;
    const bool was_in_session = !to.sessions.empty();
    // Also of one that waits: who is back first is not to be taken for silent, nor to stay away unnoticed.
    if (const auto* status = std::get_if<control::SessionStatus>(&envelope.message);
        status && (status->state == control::SessionState::streaming || status->state == control::SessionState::paused))
        to.sessions.insert(status->session);
    if (const auto* ended = std::get_if<control::SessionEnded>(&envelope.message)) to.sessions.erase(ended->session);
    if (was_in_session == to.sessions.empty()) to.channel->set_in_session(!was_in_session);
    to.channel->send(control::encode(envelope));
}

void HubThread::close(hub::PeerId peer) {
    if (const auto found = channels_.find(peer); found != channels_.end()) found->second.channel->close();
}

void HubThread::close_streams(const std::string& session, const std::string& words) {
    for (auto at = streams_.lower_bound({session, 0}); at != streams_.end() && at->first.first == session; ++at)
        at->second->close(words);
}

void HubThread::close_stream(const std::string& session, int leg, const std::string& words) {
    if (const auto open = stream(session, leg)) open->close(words);
}

void HubThread::pause_recording(const std::string& session) {
    if (const auto open = stream(session, 1)) open->pause_recording();  // the leg that is recorded
}

std::size_t HubThread::backlog(hub::PeerId peer) const {
    const auto found = channels_.find(peer);
    return found == channels_.end() ? 0 : found->second.channel->backlog();
}

hub::Traffic HubThread::traffic(const std::string& session) const {
    hub::Traffic all;
    for (auto at = streams_.lower_bound({session, 0}); at != streams_.end() && at->first.first == session; ++at) {
        const auto one = at->second->traffic();
        all.to_viewer += one.to_viewer;
        all.to_host += one.to_host;
    }
    return all;
}

}  // namespace pronto::net
