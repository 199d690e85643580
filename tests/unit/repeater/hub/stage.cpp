#include "tests/unit/repeater/hub/stage.hpp"

namespace pronto::hub {

using control::SessionState;

control::Envelope hello(control::Role role, const std::string& ticket, const std::string& host_name) {
    control::Hello hello;
    hello.role = role;
    hello.software = "test";
    hello.host_name = host_name;
    hello.user = "mara";
    hello.system = "Debian";
    hello.ticket = ticket;
    return {hello, 1, {}};
}

PeerId Stage::join_operator(const Account& account, const std::vector<std::string>& sessions) {
    const PeerId peer = next_peer_++;
    auto said = hello(control::Role::operator_);
    std::get<control::Hello>(said.message).sessions = sessions;
    hub.operator_joined(peer, account, said, "192.0.2.1");
    hub.check();
    return peer;
}

PeerId Stage::join_guest(const std::string& ticket, const std::string& host_name) {
    const PeerId peer = next_peer_++;
    hub.guest_joined(peer, hello(control::Role::guest, ticket, host_name), "192.0.2.2");
    hub.check();
    return peer;
}

PeerId Stage::join_resumable(const control::ResumeKey& key) {
    const PeerId peer = next_peer_++;
    auto said = hello(control::Role::guest, new_ticket(anna), "netceck.example.org");
    std::get<control::Hello>(said.message).key = key.public_text();
    hub.guest_joined(peer, said, "192.0.2.2");
    hub.check();
    return peer;
}

PeerId Stage::come_back(const control::ResumeKey& key, const std::string& token, const std::vector<std::string>& sessions) {
    const PeerId peer = next_peer_++;
    auto said = hello(control::Role::guest, {}, "netceck.example.org");
    auto& words = std::get<control::Hello>(said.message);
    words.resume = token;
    words.proof = key.prove(token);
    words.sessions = sessions;
    hub.guest_joined(peer, said, "192.0.2.3");
    hub.check();
    return peer;
}

PeerId Stage::join_guest() {
    return join_guest(new_ticket(anna));
}

std::string Stage::new_ticket(const Account& by) {
    return std::get<control::TicketCreated>(hub.new_ticket(by)).ticket;
}

void Stage::leave(PeerId peer, bool chosen) {
    hub.left(peer, chosen);
    hub.check();
}

void Stage::say(PeerId peer, control::Message message, std::optional<std::uint64_t> id) {
    hub.received(peer, {std::move(message), id, {}});
    hub.check();
}

void Stage::pass(Millis time) {
    clock.advance(time);
    hub.tick();
    hub.check();
}

void Stage::streaming(const std::string& session, int leg) {
    hub.streaming(session, leg);
    hub.check();
}

void Stage::stream_closed(const std::string& session, StreamEnd::Cause cause, const std::string& detail,
                          Traffic traffic, int leg, bool chosen) {
    hub.stream_closed(session, leg, {cause, detail, chosen, traffic});
    hub.check();
}

std::string Stage::session_in(SessionState state, PeerId asking, PeerId guest, control::Mode mode) {
    say(asking, control::SessionRequest{guest, mode}, 10);
    const std::string id = last<control::SessionStatus>(asking)->session;
    if (state == SessionState::asked) return id;
    say(guest, control::SessionAnswer{id, true}, 11);
    if (state == SessionState::granted) return id;
    streaming(id);
    if (state == SessionState::streaming) return id;
    stream_closed(id, StreamEnd::Cause::host_closed);
    pass(last_words);
    return id;
}

std::optional<control::Code> Stage::refused(PeerId peer) const {
    const auto* heard = last<control::Refused>(peer);
    return heard ? std::optional(heard->error.code) : std::nullopt;
}

}  // namespace pronto::hub
