#include "repeater/hub/hub_impl.hpp"

namespace pronto::hub {

using control::Envelope;
using control::Error;

void Hub::received(PeerId peer, const Envelope& envelope) {
    auto& hub = *impl_;
    const Peer* from = hub.room.find(peer);
    if (!from || from->closing) return;
    const auto refusal =
        std::visit([&](const auto& message) { return hub.take(*from, message, envelope.id); }, envelope.message);
    if (refusal) hub.send(peer, control::Refused{*refusal}, envelope.id);
}

Refusal Hub::Impl::take(const Peer& from, const control::Ping&, Number number) {
    send(from.id(), control::Pong{}, number);
    return std::nullopt;
}

Refusal Hub::Impl::take(const Peer& from, const control::TicketNew&, Number number) {
    if (!from.is_operator()) return forbidden();
    const auto created = new_ticket(from.account);
    if (const auto* error = std::get_if<Error>(&created)) return *error;
    send(from.id(), std::get<control::TicketCreated>(created), number);
    return std::nullopt;
}

Refusal Hub::Impl::take(const Peer& from, const control::SessionRequest& message, Number number) {
    return from.is_operator() ? sessions.request(from, message, number) : forbidden();
}

Refusal Hub::Impl::take(const Peer& from, const control::SessionJoin& message, Number number) {
    return from.is_operator() ? sessions.join(from, message, number) : forbidden();
}

Refusal Hub::Impl::take(const Peer& from, const control::PassNew& message, Number number) {
    if (!from.is_operator()) return forbidden();
    auto created = new_pass(from.account, message);
    if (auto* error = std::get_if<Error>(&created)) return std::move(*error);
    send(from.id(), std::get<control::PassCreated>(std::move(created)), number);
    return std::nullopt;
}

Refusal Hub::Impl::take(const Peer& from, const control::SessionAnswer& message, Number number) {
    return from.is_operator() ? forbidden() : sessions.answer(from, message, number);
}

Refusal Hub::Impl::take(const Peer& from, const control::RecordingPause& message, Number number) {
    return sessions.pause_recording(from, message, number);
}

Refusal Hub::Impl::take(const Peer& from, const control::SessionEnd& message, Number number) {
    return sessions.end(from, message, number);
}

Refusal Hub::Impl::take(const Peer& from, const control::ReportSave& message, Number number) {
    if (!from.is_operator()) return forbidden();
    if (const auto refusal = assistances.report(from.account, message)) return refusal;
    send(from.id(), control::ReportSaved{message.assistance}, number);
    return std::nullopt;
}

Refusal Hub::Impl::take(const Peer& from, const control::Clipboard& message, Number) {
    return sessions.clipboard(from, message);
}

}  // namespace pronto::hub
