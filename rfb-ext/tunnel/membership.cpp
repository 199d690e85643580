#include "rfb-ext/tunnel/membership.hpp"

#include <algorithm>

namespace pronto::tunnel {

Membership::Membership(control::Hello hello, Lasting lasting) : hello_(std::move(hello)) {
    if (lasting == Lasting::no || hello_.role != control::Role::guest || hello_.ticket.empty()) return;
    key_ = control::ResumeKey::make();
    hello_.key = key_->public_text();
}

std::optional<Membership> Membership::resumed(control::Hello hello, const Resume& from) {
    auto key = control::ResumeKey::from(from.key);
    if (!key || from.token.text().empty()) return std::nullopt;
    Membership made(std::move(hello), Lasting::no);
    made.key_ = std::move(key);
    made.token_ = from.token;
    made.was_there_ = true;
    for (const auto& session : from.sessions)
        if (made.sessions_.size() < control::most_resumed) made.sessions_[session] = false;
    return made;
}

control::Hello Membership::hello() const {
    control::Hello next = hello_;
    if (!was_there_) return next;
    next.sessions = sessions();
    if (next.role != control::Role::guest) return next;
    next.ticket.clear();
    next.key.clear();
    next.resume = token_.text();
    next.proof = key_->prove(token_.text());
    return next;
}

void Membership::welcomed(const control::Welcome& welcome) {
    was_there_ = true;
    grace_ = Millis(welcome.grace_ms);
    if (key_) token_ = Secret(std::string(welcome.resume));
    for (auto& [session, shown] : sessions_) shown = false;
}

void Membership::agreed(const std::string& session) {
    if (sessions_.size() < control::most_resumed) sessions_.try_emplace(session, false);
}

void Membership::heard(const control::Message& message) {
    if (const auto* ended = std::get_if<control::SessionEnded>(&message)) left(ended->session);
    const auto* status = std::get_if<control::SessionStatus>(&message);
    if (!status) return;
    using State = control::SessionState;
    if (status->state == State::ended) return left(status->session);
    const bool outlives =
        status->state == State::granted || status->state == State::streaming || status->state == State::paused;
    if (!outlives || (!is_in(status->session) && sessions_.size() >= control::most_resumed)) return;
    auto& shown = sessions_[status->session];
    shown = shown || status->state != State::granted;
}

std::optional<Resume> Membership::resume() const {
    if (!key_ || token_.text().empty()) return std::nullopt;
    return Resume{token_, key_->secret(), sessions()};
}

bool Membership::is_shown() const {
    return std::any_of(sessions_.begin(), sessions_.end(), [](const auto& each) { return each.second; });
}

std::vector<std::string> Membership::sessions() const {
    std::vector<std::string> all;
    for (const auto& [session, shown] : sessions_) all.push_back(session);
    return all;
}

bool is_worth_another_try(const LinkFailure& failure) {
    using control::Code;
    // Untrusted, too: a log-in page of a train's network shows a key of its own, until one has left that network.
    if (failure.kind != LinkFailure::Kind::refused) return true;
    switch (failure.error.code) {
        case Code::unauthorized:
        case Code::wrong_password:
        case Code::forbidden:
        case Code::ticket_unknown:
        case Code::ticket_expired:
        case Code::ticket_used:
        case Code::cannot_resume:
        case Code::version_unsupported:
            return false;
        default:
            return true;
    }
}

}  // namespace pronto::tunnel
