#include <algorithm>

#include <fmt/format.h>

#include "repeater/hub/hub_impl.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/control/resume_key.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::hub {

using control::Code;
using control::Envelope;
using control::Error;

namespace {

Error disabled() {
    return {Code::unauthorized, "This account was disabled.", "Ask an administrator."};
}

Error password_changed() {
    return {Code::unauthorized, "The password of this account was changed.", "Log in again with the new one."};
}

/// What is wrong with a hello, whoever sent it.
Refusal problem_of(const control::Hello* hello, control::Role role) {
    if (!hello || hello->role != role)
        return Error{Code::bad_request, "This is not the hello of this kind of peer.", "Update the program."};
    if (hello->protocol != control::protocol_version)
        return Error{Code::version_unsupported, "This hub speaks another version of the protocol.",
                     "Get the program from this hub's help page."};
    return std::nullopt;
}

control::Presence presence_of(PeerId peer, const control::Hello& hello, const std::string& address, UnixMillis now) {
    control::Presence presence;
    presence.peer = peer;
    presence.role = hello.role;
    presence.host_name = hello.host_name;
    presence.user = hello.user;
    presence.system = hello.system;
    presence.address = address;
    presence.software = hello.software;
    presence.since = now;
    return presence;
}

}  // namespace

Hub::Hub(Settings settings, const Clock& clock, Outside& outside, Records& records)
    : impl_(std::make_unique<Impl>(std::move(settings), clock, outside, records)) {}
Hub::~Hub() = default;

const Settings& Hub::settings() const {
    return impl_->settings;
}

// ---- coming and going

Refusal Hub::Impl::refusal_of_anybody(const Envelope& hello, control::Role role) const {
    if (stopping_now) return stopping();
    if (room.size() >= settings.most_peers)
        return Error{Code::overloaded, "Too many computers are connected to this hub.", "Try again in a few minutes."};
    return problem_of(std::get_if<control::Hello>(&hello.message), role);
}

Code Hub::Impl::turn_away(PeerId peer, const Envelope& hello, const Error& error) {
    send(peer, control::Refused{error}, hello.id);
    outside.close(peer);
    return error.code;
}

void Hub::Impl::welcome(PeerId peer, const Envelope& hello, const std::string& resume) {
    control::Welcome welcome;
    welcome.resume = resume;
    welcome.grace_ms = settings.grace.count();
    welcome.peer = peer;
    welcome.name = room.find(peer)->presence.name;
    welcome.node = settings.node;
    welcome.software = std::string("pronto-repeater ") + std::string(version);
    welcome.policy = settings.policy;
    send(peer, welcome, hello.id);
}

std::optional<Code> Hub::operator_joined(PeerId peer, const Account& account, const Envelope& hello,
                                         const std::string& address) {
    auto& hub = *impl_;
    const auto* heard = std::get_if<control::Hello>(&hello.message);
    const bool viewer = heard && heard->role == control::Role::viewer;
    if (const auto refusal = hub.refusal_of_anybody(hello, viewer ? control::Role::viewer : control::Role::operator_))
        return hub.turn_away(peer, hello, *refusal);
    const auto& said = *heard;
    Peer arriving{presence_of(peer, said, address, hub.clock.unix_now()), account};
    arriving.presence.name = account.name;
    arriving.may_return = !viewer;
    hub.room.arrive(std::move(arriving));
    hub.welcome(peer, hello);
    if (viewer) return std::nullopt;
    hub.sessions.operator_back(*hub.room.find(peer), said.sessions);
    hub.room.show_everybody(peer, hub.clock.now());
    return std::nullopt;
}

std::optional<Code> Hub::guest_joined(PeerId peer, const Envelope& hello, const std::string& address) {
    auto& hub = *impl_;
    if (const auto refusal = hub.refusal_of_anybody(hello, control::Role::guest))
        return hub.turn_away(peer, hello, *refusal);
    const auto& said = std::get<control::Hello>(hello.message);
    if (!said.resume.empty()) {
        const auto refusal = hub.take_guest_back(peer, hello, address);
        return refusal ? std::optional(hub.turn_away(peer, hello, *refusal)) : std::nullopt;
    }
    if (!said.key.empty() && !control::is_resume_key(said.key))
        return hub.turn_away(peer, hello, {Code::bad_request, "The guest's key is no key.", "Update the program."});
    const auto ticket = hub.tickets.use(said.ticket);
    if (const auto* error = std::get_if<Error>(&ticket)) return hub.turn_away(peer, hello, *error);
    hub.let_guest_in(peer, hello, std::get<TicketRecord>(ticket), {}, address);
    return std::nullopt;
}

void Hub::Impl::let_guest_in(PeerId peer, const Envelope& envelope, const TicketRecord& ticket,
                             const std::string& assistance, const std::string& address, control::Kind kind) {
    const auto& hello = std::get<control::Hello>(envelope.message);
    Peer arriving{presence_of(peer, hello, address, clock.unix_now()), {}};
    auto& presence = arriving.presence;
    presence.name = room.guest_name(hello.host_name, control::parse_ticket(ticket.ticket)->digits);
    presence.kind = kind;
    presence.assistance = assistance.empty() ? open_case(presence, ticket) : assistance;
    presence.ticket = ticket.ticket;
    presence.ticket_owner = ticket.operator_name;
    audit(presence.name, "guest.join", presence.assistance, ticket.ticket + " from " + address);
    const auto resume = begin_resumable(peer, hello, ticket, presence);
    arriving.may_return = !resume.empty();
    room.arrive(std::move(arriving));
    welcome(peer, envelope, resume);
}

std::string Hub::Impl::begin_resumable(PeerId peer, const control::Hello& hello, const TicketRecord& ticket,
                                       const control::Presence& presence) {
    if (hello.key.empty()) return {};
    ResumeRecord row;
    row.ticket_id = ticket.id;
    row.ticket = presence.ticket;
    row.ticket_owner = presence.ticket_owner;
    row.assistance = presence.assistance;
    row.name = presence.name;
    row.key = hello.key;
    return resumptions.begin(peer, std::move(row));
}

Refusal Hub::Impl::take_guest_back(PeerId peer, const Envelope& envelope, const std::string& address) {
    const auto& hello = std::get<control::Hello>(envelope.message);
    auto answer = resumptions.resume(peer, hello.resume, hello.proof);
    if (const auto* error = std::get_if<Error>(&answer)) return *error;
    const auto& back = std::get<Resumptions::Back>(answer);
    if (back.before != 0) supersede(back.before);
    Peer arriving{presence_of(peer, hello, address, clock.unix_now()), {}};
    auto& presence = arriving.presence;
    presence.name = room.has_name(back.row.name) ? room.guest_name(hello.host_name, control::parse_ticket(back.row.ticket)->digits)
                                                 : back.row.name;
    presence.ticket = back.row.ticket;
    presence.ticket_owner = back.row.ticket_owner;
    presence.assistance = back.row.assistance;
    arriving.may_return = true;
    audit(presence.name, "guest.return", presence.assistance, back.row.ticket + " from " + address);
    room.arrive(std::move(arriving));
    welcome(peer, envelope, back.token);
    sessions.guest_back(*room.find(peer), hello.sessions);
    return std::nullopt;
}

void Hub::Impl::supersede(PeerId before) {
    Peer* older = room.find(before);
    if (!older) return;
    older->closing = true;
    sessions.peer_left(before, false);
    room.leave(before);
    outside.close(before);
}

/// The id of the assistance that the ticket opens.
std::string Hub::Impl::open_case(const control::Presence& presence, const TicketRecord& ticket) {
    AssistanceRecord row;
    row.ticket_id = ticket.id;
    row.operator_id = ticket.operator_id;
    row.guest_name = presence.name;
    row.host_name = presence.host_name;
    row.user = presence.user;
    row.system = presence.system;
    row.address = presence.address;
    return assistances.open(row).id;
}

void Hub::left(PeerId peer, bool chosen) {
    Peer* leaving = impl_->room.find(peer);
    if (!leaving) return;
    leaving->closing = true;
    impl_->sessions.peer_left(peer, chosen);
    impl_->registrations.left(peer);
    impl_->resumptions.left(peer, chosen);
    impl_->room.leave(peer);
}

void Hub::accounts_are(const Credentials& enabled) {
    auto& hub = *impl_;
    hub.passes.keep(enabled);
    hub.sessions.accounts_are(enabled);
    for (const PeerId peer : hub.room.operators()) {
        const auto& there = *hub.room.find(peer);
        const auto found = enabled.find(there.account.id);
        if (there.closing || (found != enabled.end() && found->second == there.account.credential)) continue;
        hub.sessions.peer_left(peer, true);
        hub.send(peer, control::Refused{found == enabled.end() ? disabled() : password_changed()});
        hub.room.close(peer);
    }
}

// ---- streams

std::variant<StreamGrant, Error> Hub::redeem(const std::string& session, const std::string& stream,
                                             const std::string& token) {
    return impl_->sessions.redeem(session, stream, token);
}

void Hub::streaming(const std::string& session, int leg) {
    impl_->sessions.streaming(session, leg);
}

void Hub::stream_closed(const std::string& session, int leg, const StreamEnd& end) {
    impl_->sessions.stream_closed(session, leg, end);
}

void Hub::recording_changed(const RecordingRecord& row) {
    impl_->records.save(row);
    if (row.state == RecordingState::failed) impl_->audit("hub", "recording.fail", row.session, row.detail);
}

// ---- REST

std::variant<control::TicketCreated, Error> Hub::Impl::new_ticket(const Account& by) {
    if (stopping_now) return stopping();
    const auto taken = [this](const std::string& ticket) { return registrations.holds(ticket) || resumptions.holds(ticket) || room.has_ticket(ticket); };
    const auto created = tickets.create(by, taken);
    if (const auto* error = std::get_if<Error>(&created)) return *error;
    const auto& row = std::get<TicketRecord>(created);
    audit(by.name, "ticket.create", row.id, row.ticket);
    return control::TicketCreated{row.ticket, control::to_number(*control::parse_ticket(row.ticket)), row.expires};
}

std::variant<control::TicketCreated, Error> Hub::new_ticket(const Account& by) {
    return impl_->new_ticket(by);
}

std::vector<control::Presence> Hub::online(PeerId after, std::size_t most) const {
    return impl_->room.some(after, most);
}

std::optional<Error> Hub::save_report(const Account& by, const control::ReportSave& report) {
    return impl_->assistances.report(by, report);
}

// ---- time

void Hub::tick() {
    impl_->tickets.tick();
    impl_->registrations.tick();
    impl_->resumptions.tick();
    impl_->passes.tick();
    impl_->sessions.tick();
    impl_->room.tick(impl_->clock.now());
}

std::optional<SteadyTime> Hub::next_deadline() const {
    std::optional<SteadyTime> first;
    for (const auto& next :
         {impl_->tickets.next_deadline(), impl_->sessions.next_deadline(), impl_->room.next_deadline(),
          impl_->registrations.next_deadline(), impl_->resumptions.next_deadline(), impl_->passes.next_deadline()})
        if (next && (!first || *next < *first)) first = next;
    return first;
}

void Hub::stop() {
    auto& hub = *impl_;
    hub.stopping_now = true;
    hub.sessions.stop();
    for (const PeerId peer : hub.room.ids()) {
        if (hub.room.find(peer)->closing) continue;
        hub.send(peer, control::HubStopping{});
        hub.room.close(peer);
    }
}

void Hub::restore(LeftOpen left) {
    impl_->resumptions.restore(std::move(left.guests));
    for (const auto& [session, parts] : left.sessions) impl_->sessions.restore(session, parts);
}

void Hub::check() const {
    impl_->sessions.check();
}

}  // namespace pronto::hub
