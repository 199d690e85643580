#include <catch2/catch.hpp>

#include "repeater/hub/tickets.hpp"
#include "rfb-ext/control/ticket.hpp"
#include "tests/unit/repeater/hub/pair.hpp"

// Standard VNC servers that register themselves.

using namespace pronto;
using namespace pronto::hub;
using control::Code;
using control::SessionState;

namespace {

struct Servers : Stage {
    Servers() { anna_peer = join_operator(anna); }
    /// Why it was refused; `peer` is its id otherwise.
    std::optional<Hub::ServerRefusal> try_registering(PeerId as, const std::string& id, const std::string& secret = {}) {
        auto refused = hub.server_joined(as, {id, secret, "RFB 3.8"}, "192.0.2.9");
        hub.check();
        return refused;
    }
    void registers(PeerId as, const std::string& id, const std::string& secret = {}) {
        const auto refused = try_registering(as, id, secret);
        INFO((refused ? refused->error.message : ""));
        REQUIRE_FALSE(refused);
    }
    const control::Presence& shown() { return last<control::PresenceChanged>(anna_peer)->entry; }

    PeerId anna_peer = 0;
    static constexpr PeerId first = 101, second = 102, third = 103;
};

}  // namespace

TEST_CASE("a VNC server registers with a ticket, and operators see what it is and since when it waits") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    const auto& entry = stage.shown();
    CHECK(entry.role == control::Role::guest);
    CHECK(entry.kind == control::Kind::vnc);
    CHECK(entry.name == "VNC-" + ticket.substr(2));
    CHECK(entry.address == "192.0.2.9");
    CHECK(entry.software == "RFB 3.8");
    CHECK(entry.ticket == ticket);
    CHECK(entry.since == stage.clock.unix_now());
    CHECK(stage.records.assistances.back().id == entry.assistance);
}

TEST_CASE("a ticket's number, typed carelessly or with other letters, is the ticket") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    const auto number = control::to_number(*control::parse_ticket(ticket));
    stage.registers(stage.first, std::to_string(number));
    CHECK(stage.shown().ticket == ticket);
    const auto other = stage.new_ticket(stage.anna);
    std::string small = other;
    for (char& c : small) c = static_cast<char>(std::tolower(c));
    stage.registers(stage.second, small);
    CHECK(stage.shown().ticket == other);
}

TEST_CASE("a server without a ticket of this hub is refused") {
    Servers stage;
    for (const char* id : {"1-00000", "1048576", "1234", "hello", ""}) {
        INFO(id);
        const auto refused = stage.try_registering(stage.first, id);
        REQUIRE(refused);
        CHECK(refused->error.code == Code::ticket_unknown);
        CHECK(refused->rival == 0);
    }
    const auto ticket = stage.new_ticket(stage.anna);
    stage.join_guest(ticket);
    CHECK(stage.try_registering(stage.first, ticket)->error.code == Code::ticket_used);
    const auto old = stage.new_ticket(stage.anna);
    stage.clock.advance(std::chrono::minutes(60));
    CHECK(stage.try_registering(stage.first, old)->error.code == Code::ticket_expired);
}

TEST_CASE("after its session a server may register again at once, in the same case") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    const auto assistance = stage.shown().assistance;
    stage.leave(stage.first);
    stage.registers(stage.second, ticket);
    CHECK(stage.shown().assistance == assistance);
    CHECK(stage.records.assistances.size() == 1);
}

TEST_CASE("who waits for days under a ticket may come back under it, also long after it has expired") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    stage.pass(std::chrono::hours(72));
    stage.leave(stage.first);
    stage.pass(std::chrono::minutes(9));
    stage.registers(stage.second, ticket);
    stage.leave(stage.second);
    stage.records.flush();
    stage.pass(std::chrono::minutes(10));
    CHECK(stage.try_registering(stage.third, ticket)->error.code == Code::ticket_used);
}

TEST_CASE("a server that was there when the hub ended comes back to the new one, with its secret") {
    Servers before;
    const auto ticket = before.new_ticket(before.anna);
    before.registers(before.first, ticket, "s3cret");
    const auto assistance = before.shown().assistance;
    CHECK(before.records.tickets.back().secret_sha256.size() == 64);
    Servers after;
    after.records.tickets = before.records.tickets;
    after.records.assistances = before.records.assistances;
    after.records.flush();
    CHECK(after.try_registering(after.first, ticket)->error.code == Code::wrong_password);
    after.registers(after.first, ticket, "s3cret");
    CHECK(after.shown().assistance == assistance);
    after.leave(after.first);
    REQUIRE(after.records.tickets.back().left);

    Servers late;
    late.clock.advance(std::chrono::hours(2));
    late.records.tickets = after.records.tickets;
    late.records.flush();
    CHECK(late.try_registering(late.first, ticket, "s3cret")->error.code == Code::ticket_used);
}

TEST_CASE("the ticket stays bound at least until it expires") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    stage.leave(stage.first);
    stage.pass(std::chrono::minutes(59));
    stage.registers(stage.second, ticket);
}

TEST_CASE("a second server under the same ticket does not drive the first away") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    const auto refused = stage.try_registering(stage.second, ticket);
    REQUIRE(refused);
    CHECK(refused->error.code == Code::busy);
    CHECK(refused->rival == stage.first);
    CHECK(stage.outside.closed.empty());
    stage.leave(stage.first);
    stage.registers(stage.second, ticket);
}

TEST_CASE("with the id's secret the newer one takes the place of the older at once") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket, "s3cret");
    for (const char* wrong : {"", "other"}) {
        const auto refused = stage.try_registering(stage.second, ticket, wrong);
        REQUIRE(refused);
        CHECK(refused->error.code == Code::wrong_password);
        CHECK(refused->rival == 0);
    }
    stage.registers(stage.second, ticket, "s3cret");
    CHECK(stage.outside.closed == std::vector<PeerId>{stage.first});
    CHECK(stage.shown().name == "VNC-" + ticket.substr(2));
    stage.leave(stage.first);
    stage.leave(stage.second);
    CHECK(stage.try_registering(stage.third, ticket));
    stage.registers(stage.third, ticket, "s3cret");
}

TEST_CASE("the newer one with the secret ends the older one's session") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket, "s3cret");
    stage.session_in(SessionState::streaming, stage.anna_peer, stage.first);
    stage.registers(stage.second, ticket, "s3cret");
    CHECK(stage.record().state == SessionState::ended);
    CHECK(stage.record().reason == control::EndReason::drop);
}

TEST_CASE("the operator's password reaches the VNC server, and nobody else") {
    Servers stage;
    stage.registers(stage.first, stage.new_ticket(stage.anna));
    stage.say(stage.anna_peer, control::SessionRequest{stage.first, control::Mode::control, "vncpass"}, 5);
    CHECK(stage.last<control::SessionAsk>(stage.first)->password == "vncpass");
    const auto guest = stage.join_guest();
    stage.say(stage.anna_peer, control::SessionRequest{guest, control::Mode::control, "vncpass"}, 6);
    CHECK(stage.last<control::SessionAsk>(guest)->password.empty());
    for (const auto& row : stage.records.audits) CHECK(row.detail.find("vncpass") == std::string::npos);
}

TEST_CASE("a server that wants a password says so once; from then on nobody asks for a session without one") {
    Servers stage;
    stage.registers(stage.first, stage.new_ticket(stage.anna));
    const auto id = stage.session_in(SessionState::asked, stage.anna_peer, stage.first);
    control::SessionAnswer answer{id, false};
    answer.problem = Code::password_wanted;
    answer.message = "The VNC server asks for a password of its own.";
    stage.say(stage.first, answer);
    const auto* ended = stage.last<control::SessionEnded>(stage.anna_peer);
    CHECK(ended->reason == control::EndReason::refused);
    CHECK(ended->problem == Code::password_wanted);
    CHECK(ended->message == answer.message);
    CHECK(stage.record().detail == answer.message);
    CHECK(stage.shown().wants_password);
    stage.say(stage.anna_peer, control::SessionRequest{stage.first, control::Mode::control}, 7);
    CHECK(stage.refused(stage.anna_peer) == Code::password_wanted);
    CHECK(stage.record().state == SessionState::ended);
    stage.say(stage.anna_peer, control::SessionRequest{stage.first, control::Mode::control, "vncpass"}, 8);
    CHECK(stage.record().state == SessionState::asked);
}

TEST_CASE("the recording of a registered server cannot be paused: its picture comes once") {
    Servers stage;
    stage.registers(stage.first, stage.new_ticket(stage.anna));
    const auto id = stage.session_in(SessionState::streaming, stage.anna_peer, stage.first);
    stage.say(stage.anna_peer, control::RecordingPause{id, true}, 9);
    CHECK(stage.refused(stage.anna_peer) == Code::conflict);
    CHECK(stage.outside.recordings_paused.empty());
}

TEST_CASE("a hub that goes down says goodbye to servers, and takes no more") {
    Servers stage;
    const auto ticket = stage.new_ticket(stage.anna);
    stage.registers(stage.first, ticket);
    stage.hub.stop();
    CHECK(stage.last<control::HubStopping>(stage.first));
    CHECK(stage.try_registering(stage.second, ticket)->error.code == Code::stopping);
}

TEST_CASE("a new ticket is none that somebody is still called by") {
    Servers stage;
    Tickets tickets(1, std::chrono::minutes(60), 10, stage.clock, stage.records);
    std::vector<std::string> asked;
    const auto made = tickets.create(stage.anna, [&](const std::string& text) {
        asked.push_back(text);
        return asked.size() < 4;
    });
    CHECK(std::get<TicketRecord>(made).ticket == asked.back());
    CHECK(asked.size() == 4);
}
