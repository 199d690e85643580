#include "repeater/net/hub_thread.hpp"

#include <future>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::net {

HubThread::HubThread(const hub::Settings& settings, const Clock& clock, hub::Records& records)
    : busy_(asio::make_work_guard(context_)),
      timer_(context_),
      desk_{hub::Hub(settings, clock, *this, records), hub::OperatorTokens(clock), hub::Attempts(clock), records},
      thread_([this] { context_.run(); }) {}

HubThread::~HubThread() {
    join();
}

void HubThread::join() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { timer_.cancel(); });
    busy_.reset();
    thread_.join();
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

void HubThread::add_streams(const std::string& session, std::shared_ptr<Streams> streams) {
    streams_.insert_or_assign(session, std::move(streams));
}

std::shared_ptr<Streams> HubThread::streams(const std::string& session) const {
    const auto found = streams_.find(session);
    return found == streams_.end() ? nullptr : found->second;
}

void HubThread::remove_streams(const std::string& session) {
    streams_.erase(session);
}

void HubThread::send(hub::PeerId peer, const control::Envelope& envelope) {
    const auto found = channels_.find(peer);
    if (found == channels_.end()) return;
    auto& to = found->second;
    const bool was_in_session = !to.sessions.empty();
    if (const auto* status = std::get_if<control::SessionStatus>(&envelope.message);
        status && status->state == control::SessionState::streaming)
        to.sessions.insert(status->session);
    if (const auto* ended = std::get_if<control::SessionEnded>(&envelope.message)) to.sessions.erase(ended->session);
    if (was_in_session == to.sessions.empty()) to.channel->set_in_session(!was_in_session);
    to.channel->send(control::encode(envelope));
}

void HubThread::close(hub::PeerId peer) {
    if (const auto found = channels_.find(peer); found != channels_.end()) found->second.channel->close();
}

void HubThread::close_streams(const std::string& session) {
    if (const auto open = streams(session)) open->close();
}

void HubThread::pause_recording(const std::string& session) {
    if (const auto open = streams(session)) open->pause_recording();
}

std::size_t HubThread::backlog(hub::PeerId peer) const {
    const auto found = channels_.find(peer);
    return found == channels_.end() ? 0 : found->second.channel->backlog();
}

hub::Traffic HubThread::traffic(const std::string& session) const {
    const auto open = streams(session);
    return open ? open->traffic() : hub::Traffic{};
}

}  // namespace pronto::net
