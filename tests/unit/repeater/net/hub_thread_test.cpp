#include "repeater/net/hub_thread.hpp"

#include <future>

#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/fakes.hpp"

using namespace pronto;
using namespace pronto::net;

namespace {

class QuietChannel final : public Channel {
public:
    void send(std::string) override {}
    void close() override {}
    void set_in_session(bool) override {}
    std::size_t backlog() const override { return 0; }
};

/// Cannot save a session that has ended.
class BrokenRecords final : public hub::FakeRecords {
public:
    void save(const hub::SessionRecord& row) override {
        if (!row.reason) return FakeRecords::save(row);
        failed.set_value();
        throw std::runtime_error("the disk is on fire");
    }
    using FakeRecords::save;
    std::promise<void> failed;
};

control::Envelope hello(control::Role role, const std::string& ticket = {}) {
    control::Hello hello;
    hello.role = role;
    hello.software = "test";
    hello.host_name = "netceck";
    hello.ticket = ticket;
    return {hello, 1, {}};
}

}  // namespace

TEST_CASE("work that throws is logged, and the hub serves on") {
    const SystemClock clock;
    hub::FakeRecords records;
    HubThread hub({}, clock, records);
    hub.post([](HubThread::Desk&) { throw std::runtime_error("out of order"); });
    CHECK(hub.open_ends() == 0);
}

TEST_CASE("a deadline that cannot be kept is logged, and the hub serves on") {
    const SystemClock clock;
    BrokenRecords records;
    hub::Settings settings;
    settings.policy.consent_timeout_ms = 1;
    HubThread hub(settings, clock, records);
    auto failed = records.failed.get_future();
    hub.post([&hub](HubThread::Desk& desk) {
        const hub::Account anna{1, "anna", false};
        const auto by = hub.add_channel(std::make_shared<QuietChannel>());
        const auto guest = hub.add_channel(std::make_shared<QuietChannel>());
        desk.hub.operator_joined(by, anna, hello(control::Role::operator_), "192.0.2.1");
        const auto ticket = std::get<control::TicketCreated>(desk.hub.new_ticket(anna)).ticket;
        desk.hub.guest_joined(guest, hello(control::Role::guest, ticket), "192.0.2.2");
        desk.hub.received(by, {control::SessionRequest{guest, control::Mode::view}, 2, {}});
    });
    REQUIRE(failed.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    CHECK(hub.open_ends() == 2);
}
