#include <fmt/format.h>

#include "repeater/hub/hub_impl.hpp"
#include "rfb-ext/base/text.hpp"

// Standard VNC programs: servers that register, and what viewers are let in by.
namespace pronto::hub {

using control::Code;
using control::Envelope;
using control::Error;

std::optional<Hub::ServerRefusal> Hub::server_joined(PeerId peer, const ServerHello& server, const std::string& address) {
    auto& hub = *impl_;
    control::Hello hello;
    hello.software = server.software;
    hello.host_name = "VNC";
    hello.system = "VNC server";
    const Envelope envelope{hello, std::nullopt, std::nullopt};
    if (const auto refusal = hub.refusal_of_anybody(envelope, control::Role::guest)) return ServerRefusal{*refusal};
    const auto asked = hub.registrations.ask(server);
    if (const auto* error = std::get_if<Error>(&asked)) return ServerRefusal{*error};
    if (const auto* rival = std::get_if<Registrations::Rival>(&asked)) {
        const Error busy{Code::busy, "A VNC server is registered with this ticket already.",
                         "Stop that one, or register both with the same secret: ID:ticket;secret."};
        if (!rival->proved) return ServerRefusal{busy, rival->peer};
        // The newer one has shown the secret of the id: it is the same server, come back.
        hub.room.close(rival->peer);
        left(rival->peer);  // at once: the newer one gets its name
        return server_joined(peer, server, address);
    }
    const auto& place = std::get<Registrations::Place>(asked);
    hub.let_guest_in(peer, envelope, place.ticket, place.ticket.assistance, address, control::Kind::vnc);
    hub.registrations.bind(server, peer, place.ticket, hub.room.find(peer)->presence.assistance);
    return std::nullopt;
}

std::variant<control::Presence, Error> Hub::find_guest(std::string_view typed) const {
    const Peer* guest = impl_->room.find_guest(typed);
    if (guest && !guest->closing) return guest->presence;
    return Error{Code::offline, fmt::format("\"{}\" is not online.", presentable(typed, 64)),
                 "Give the name or the ticket of a guest that the console shows."};
}

std::string Hub::session_of(PeerId guest) {
    impl_->sessions.settle(guest);
    const Peer* peer = impl_->room.find(guest);
    return peer ? peer->presence.session : std::string();
}

std::variant<control::PassCreated, Error> Hub::Impl::new_pass(const Account& by, const control::PassNew& wanted) {
    if (stopping_now) return stopping();
    const auto& policy = settings.policy;
    if (policy.viewer_port == 0 && policy.repeater_port == 0)
        return Error{Code::conflict, "This hub takes no standard viewers.", "Its administrator can set [standard] viewer_port."};
    const Peer* guest = room.find(wanted.target);
    if (!guest || guest->closing || guest->is_operator())
        return Error{Code::offline, "This computer is not online any more.", "Choose one that is."};
    if (guest->presence.wants_password && wanted.password.empty())
        return Error{Code::password_wanted, fmt::format("The VNC server of {} has a password of its own.", guest->presence.name),
                     "Give it with the request for the pass."};
    auto issued = passes.issue({by, wanted.target, wanted.mode, wanted.password});
    if (auto* error = std::get_if<Error>(&issued)) return std::move(*error);
    auto& pass = std::get<Passes::Issued>(issued);
    audit(by.name, "pass.create", guest->presence.name, std::string(control::name(wanted.mode)));
    return control::PassCreated{std::move(pass.pass), std::move(pass.number), guest->presence.name, pass.expires};
}

std::variant<control::PassCreated, Error> Hub::new_pass(const Account& by, const control::PassNew& wanted) {
    return impl_->new_pass(by, wanted);
}

std::optional<UsedPass> Hub::use_pass(const std::function<bool(std::string_view)>& matches) {
    return impl_->passes.use(matches);
}

std::optional<UsedPass> Hub::use_pass_number(std::string_view number) {
    return impl_->passes.use_number(number);
}

}  // namespace pronto::hub
