#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/stage.hpp"

using namespace pronto;
using namespace pronto::hub;
using namespace pronto::control;

TEST_CASE("an operator is welcomed with his name and the policy, then learns who is online") {
    Settings settings;
    settings.node = 4;
    settings.policy.retention_days = 7;
    Stage stage(settings);
    const auto guest = stage.join_guest();
    const auto anna = stage.join_operator(stage.anna);
    const auto& heard = stage.outside.sent[anna];
    REQUIRE(heard.size() == 2);
    const auto& welcome = std::get<Welcome>(heard[0].message);
    CHECK(heard[0].re == 1);
    CHECK(welcome.peer == anna);
    CHECK(welcome.name == "anna");
    CHECK(welcome.node == 4);
    CHECK(welcome.policy == settings.policy);
    CHECK(welcome.software.find("pronto-repeater ") == 0);
    const auto& list = std::get<PresenceList>(heard[1].message);
    REQUIRE(list.entries.size() == 2);
    CHECK(list.entries[0].peer == guest);
    CHECK(list.entries[1].role == Role::operator_);
    CHECK(list.entries == stage.hub.online());
}

TEST_CASE("a guest is named after its computer and ticket, opens a case and is announced to every operator") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto bert = stage.join_operator(stage.bert);
    const auto ticket = stage.new_ticket(stage.anna);
    stage.clock.advance(Millis{9'000});
    const auto guest = stage.join_guest(ticket, "netceck.example.org");
    const auto name = "NETCECK-" + ticket.substr(2);
    CHECK(stage.last<Welcome>(guest)->name == name);
    CHECK(stage.last_envelope<Welcome>(guest)->re == 1);
    CHECK(stage.outside.sent[guest].size() == 1);
    const auto& opened = stage.records.assistances.back();
    CHECK(opened.ticket_id == stage.records.tickets.back().id);
    CHECK(opened.operator_id == stage.anna.id);
    CHECK(opened.guest_name == name);
    CHECK(opened.host_name == "netceck.example.org");
    CHECK(opened.user == "mara");
    CHECK(opened.address == "192.0.2.2");
    CHECK(opened.opened == stage.clock.unix_now());
    for (const auto peer : {anna, bert}) {
        const auto* news = stage.last<PresenceChanged>(peer);
        REQUIRE(news);
        CHECK(news->arrived);
        CHECK(news->entry == Presence{guest, Role::guest, name, "netceck.example.org", "mara", "Debian", "192.0.2.2",
                                      "test", ticket, opened.id, "anna", "", stage.clock.unix_now()});
    }
    CHECK(stage.records.audited("guest.join") == 1);
}

TEST_CASE("operators hear of each other, guests of nobody") {
    Stage stage;
    const auto guest = stage.join_guest();
    const auto anna = stage.join_operator(stage.anna);
    const auto bert = stage.join_operator(stage.bert);
    CHECK(stage.last<PresenceChanged>(anna)->entry.peer == bert);
    CHECK(stage.count<PresenceChanged>(bert) == 0);
    stage.leave(bert);
    CHECK(*stage.last<PresenceLeft>(anna) == PresenceLeft{bert, "bert"});
    CHECK(stage.outside.sent[guest].size() == 1);
    CHECK(stage.hub.online().size() == 2);
    stage.leave(bert);
    CHECK(stage.count<PresenceLeft>(anna) == 1);
}

TEST_CASE("a guest with a wrong ticket is told which and what to do, and let go") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto used = stage.new_ticket(stage.anna);
    const auto expired = stage.new_ticket(stage.anna);
    const auto first = stage.join_guest(used);
    stage.leave(first);
    struct Row {
        std::string ticket;
        Code code;
    };
    stage.clock.advance(std::chrono::minutes(60));
    stage.forget_heard();
    PeerId peer = 100;
    for (const auto& row :
         {Row{used, Code::ticket_used}, Row{expired, Code::ticket_expired}, Row{"", Code::ticket_unknown},
          Row{"nonsense", Code::ticket_unknown}, Row{"9-00000", Code::ticket_unknown}}) {
        INFO(row.ticket);
        CHECK(stage.hub.guest_joined(++peer, hello(Role::guest, row.ticket), "192.0.2.2") == row.code);
        const auto* envelope = stage.last_envelope<Refused>(peer);
        REQUIRE(envelope);
        CHECK(envelope->re == 1);
        CHECK(std::get<Refused>(envelope->message).error.code == row.code);
        CHECK_FALSE(std::get<Refused>(envelope->message).error.remedy.empty());
        CHECK(stage.outside.closed.back() == peer);
        stage.leave(peer);
    }
    CHECK(stage.hears_nothing(anna));
    CHECK(stage.records.assistances.size() == 1);
}

TEST_CASE("a guest whose connection was lost is told that its ticket is used up") {
    Stage stage;
    stage.join_operator(stage.anna);
    const auto ticket = stage.new_ticket(stage.anna);
    stage.leave(stage.join_guest(ticket));
    const auto again = stage.join_guest(ticket);
    const auto& error = stage.last<Refused>(again)->error;
    CHECK(error.code == Code::ticket_used);
    CHECK(error.message.find("connection was lost") != std::string::npos);
    CHECK(error.remedy.find("new ticket") != std::string::npos);
}

TEST_CASE("a hello that does not fit is refused before it costs a ticket") {
    Stage stage;
    const auto ticket = stage.new_ticket(stage.anna);
    auto old = hello(Role::guest, ticket);
    std::get<Hello>(old.message).protocol = 2;
    CHECK(stage.hub.guest_joined(50, old, "::1") == Code::version_unsupported);
    CHECK(stage.hub.guest_joined(51, hello(Role::operator_, ticket), "::1") == Code::bad_request);
    CHECK(stage.hub.guest_joined(52, hello(Role::host, ticket), "::1") == Code::bad_request);
    CHECK(stage.hub.guest_joined(53, {Ping{}, 1, {}}, "::1") == Code::bad_request);
    CHECK(stage.hub.operator_joined(54, stage.anna, hello(Role::guest), "::1") == Code::bad_request);
    CHECK(stage.outside.closed == std::vector<PeerId>{50, 51, 52, 53, 54});
    CHECK(stage.hub.online().empty());
    CHECK_FALSE(stage.hub.guest_joined(55, hello(Role::guest, ticket), "::1"));
}

TEST_CASE("a full hub turns everybody away and keeps their tickets good") {
    Settings settings;
    settings.most_peers = 2;
    Stage stage(settings);
    stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto ticket = stage.new_ticket(stage.anna);
    const auto late = stage.join_guest(ticket);
    CHECK(stage.refused(late) == Code::overloaded);
    CHECK(stage.hub.online().size() == 2);
    stage.leave(guest);
    CHECK(stage.last<Welcome>(stage.join_guest(ticket)));
}

TEST_CASE("nobody says what only the hub, another role or a newcomer may say") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    const std::vector<Message> of_hub{Welcome{},
                                      TicketCreated{},
                                      PresenceList{},
                                      PresenceChanged{},
                                      PresenceLeft{},
                                      SessionStatus{},
                                      SessionAsk{},
                                      SessionStream{},
                                      SessionEnded{},
                                      ReportSaved{},
                                      HubStopping{},
                                      Refused{},
                                      hello(Role::guest).message};
    for (const PeerId peer : {anna, guest}) {
        for (const auto& message : of_hub) {
            stage.forget_heard();
            stage.say(peer, message, 9);
            CHECK(stage.refused(peer) == Code::forbidden);
            CHECK(stage.last_envelope<Refused>(peer)->re == 9);
        }
    }
    stage.forget_heard();
    stage.say(anna, SessionAnswer{id, true});
    CHECK(stage.refused(anna) == Code::forbidden);
    for (const Message& message :
         {Message(TicketNew{}), Message(SessionRequest{anna, Mode::control}), Message(ReportSave{})}) {
        stage.forget_heard();
        stage.say(guest, message);
        CHECK(stage.refused(guest) == Code::forbidden);
    }
    CHECK(stage.record().state == SessionState::asked);
    CHECK(stage.hub.online().size() == 2);
}

TEST_CASE("a ping is answered, a pong is not") {
    Stage stage;
    const auto guest = stage.join_guest();
    stage.say(guest, Ping{}, 77);
    CHECK(stage.last_envelope<Pong>(guest)->re == 77);
    stage.forget_heard();
    stage.say(guest, Pong{}, 78);
    CHECK(stage.hears_nothing(guest));
}

TEST_CASE("strangers are not heard") {
    Stage stage;
    stage.say(12, Ping{}, 1);
    stage.leave(12);
    CHECK(stage.hears_nothing(12));
}

TEST_CASE("a ticket is asked for on the channel, up to the bound") {
    Settings settings;
    settings.most_live_tickets_per_operator = 2;
    Stage stage(settings);
    const auto anna = stage.join_operator(stage.anna);
    stage.say(anna, TicketNew{}, 3);
    const auto* created = stage.last<TicketCreated>(anna);
    REQUIRE(created);
    CHECK(created->ticket == stage.records.tickets.back().ticket);
    CHECK(created->expires == stage.clock.unix_now() + 3'600'000);
    CHECK(stage.last_envelope<TicketCreated>(anna)->re == 3);
    stage.say(anna, TicketNew{}, 4);
    for (std::uint64_t i = 5; i < 20; ++i) stage.say(anna, TicketNew{}, i);
    CHECK(stage.refused(anna) == Code::too_many_attempts);
    CHECK(stage.last_envelope<Refused>(anna)->re == 19);
    CHECK(stage.records.tickets.size() == 2);
    CHECK(stage.records.audited("ticket.create") == 2);
}

TEST_CASE("a disabled account is cut off everywhere at once, with its sessions") {
    Stage stage;
    const auto here = stage.join_operator(stage.anna);
    const auto there = stage.join_operator(stage.anna);
    const auto bert = stage.join_operator(stage.bert);
    const auto guest = stage.join_guest();
    stage.session_in(SessionState::streaming, here, guest);
    const Credentials without_anna{{stage.bert.id, ""}};
    stage.hub.accounts_are(without_anna);
    stage.hub.check();
    CHECK(stage.last<SessionEnded>(guest)->reason == EndReason::drop);
    for (const auto peer : {here, there}) CHECK(stage.refused(peer) == Code::unauthorized);
    CHECK(stage.outside.closed == std::vector{here, there});
    CHECK_FALSE(stage.refused(bert));
    stage.forget_heard();
    stage.say(here, SessionRequest{guest, Mode::control});
    CHECK(stage.hears_nothing(here));
    CHECK(stage.hears_nothing(guest));
    stage.hub.accounts_are(without_anna);
    CHECK(stage.hears_nothing(here));
    stage.leave(here);
    stage.leave(there);
    CHECK(stage.hub.online().size() == 2);
}

TEST_CASE("a changed password cuts off whoever logged in with the old one") {
    Stage stage;
    const auto old = stage.join_operator({1, "anna", false, "old hash"});
    const auto fresh = stage.join_operator({1, "anna", false, "new hash"});
    stage.hub.accounts_are({{1, "old hash"}, {2, ""}});
    CHECK_FALSE(stage.refused(old));
    CHECK(stage.outside.closed == std::vector{fresh});
    stage.hub.accounts_are({{1, "new hash"}});
    CHECK(stage.refused(old) == Code::unauthorized);
    CHECK(stage.last<Refused>(old)->error.message.find("password") != std::string::npos);
    CHECK(stage.outside.closed == std::vector{fresh, old});
}

TEST_CASE("a long list of those online arrives whole, in messages that fit") {
    Stage stage;
    for (int i = 0; i < 700; ++i) stage.join_guest();
    const auto anna = stage.join_operator(stage.anna);
    const auto listed = stage.last<PresenceList>(anna)->entries.size();
    CHECK(listed < 701);
    for (int i = 0; i < 10; ++i) stage.pass(Millis{20});
    CHECK(listed + stage.count<PresenceChanged>(anna) == 701);
}

TEST_CASE("a quiet hub waits for nothing but its tickets") {
    Stage stage;
    CHECK_FALSE(stage.hub.next_deadline());
    stage.join_operator(stage.anna);
    CHECK_FALSE(stage.hub.next_deadline());
    stage.new_ticket(stage.anna);
    CHECK(stage.hub.next_deadline() == stage.clock.now() + std::chrono::minutes(61));
    stage.pass(std::chrono::minutes(61));
    CHECK_FALSE(stage.hub.next_deadline());
}
