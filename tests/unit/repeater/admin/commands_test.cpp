#include "repeater/admin/commands.hpp"

#include <deque>

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/first_admin.hpp"
#include "repeater/admin/password.hpp"
#include "repeater/admin/terminal.hpp"
#include "repeater/records/stored_records.hpp"
#include "rfb-ext/base/files.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using Catch::Contains;

namespace {

class FakeTerminal final : public admin::Terminal {
public:
    void print(std::string_view text) override { shown += text; }
    std::string ask_hidden(const std::string& question) override {
        questions += question;
        if (answers.empty()) throw std::runtime_error("cancelled");
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }
    std::string shown;
    std::string questions;
    std::deque<std::string> answers;
};

struct Fixture {
    test::Scratch folder;
    std::filesystem::path data = folder / "data";
    FakeTerminal terminal;
    ManualClock clock;
    admin::Reach reach{"hub.example.org:8443", "sha256:00ff", "babab-lusab"};

    /// Runs a command as typed (without the program's name); returns what it printed.
    std::string run(const std::string& line) {
        CLI::App app;
        app.require_subcommand(1);
        admin::Desk desk{terminal, clock, {}};
        admin::add_commands(app, desk);
        terminal.shown.clear();
        app.parse(line, false);
        desk.chosen({data, 1, Millis{3'600'000}, [this] { return reach; }, folder / "recordings", {}});
        return terminal.shown;
    }
    boost::json::object json(const std::string& line) { return boost::json::parse(run(line + " --json")).as_object(); }
    db::OperatorRow find(const std::string& name) {
        db::Database database(db::database_file(data));
        return db::Operators(database).find(name).value();
    }
    /// A hub's session, still open.
    void leave_session() {
        records::StoredRecords stored(db::database_file(data));
        const auto anna = find("anna").id;
        stored.save(hub::TicketRecord{"1-t", "1-E75B1", anna, "anna", 1'000, 2'000, 1'500});
        stored.save(hub::AssistanceRecord{"1-c", "1-t", anna, "PC-E75B1", "PC", "guido", "Debian", "192.0.2.7", 1'500});
        hub::SessionRecord session;
        session.id = "1-s";
        session.assistance = "1-c";
        session.state = control::SessionState::streaming;
        session.operator_id = anna;
        session.guest_name = "PC-E75B1";
        session.guest_address = "192.0.2.7";
        session.requested = clock.unix_now();
        session.streaming = clock.unix_now() + 500;
        session.bytes_to_viewer = 1'234'567;
        session.recorded = true;
        stored.save(session);
        stored.save(
            hub::ParticipantRecord{"1-s", "host", control::Role::guest, "PC-E75B1", "192.0.2.7", 1'600, std::nullopt});
        stored.save(hub::RecordingRecord{"1-s", 1, "1-s.part1.fbs", hub::RecordingState::writing, 1'700, 0, 0, ""});
    }
};

const std::string good = "correct horse battery";

}  // namespace

TEST_CASE_METHOD(Fixture, "a password is asked twice and never shown") {
    terminal.answers = {good, good};
    CHECK(run("user add anna --admin") == "Added the operator anna.\n");
    CHECK_THAT(terminal.questions, Contains("New password of anna: ") && Contains("again"));
    CHECK(admin::verify_password(find("anna").password, good));
    CHECK(find("anna").admin);

    terminal.answers = {good, "something else entirely"};
    CHECK_THROWS_WITH(run("user passwd anna"), Contains("differ"));
    terminal.answers = {"short"};
    CHECK_THROWS_WITH(run("user passwd anna"), Contains("12 characters"));
    CHECK_THROWS_WITH(run("user add bruno"), Contains("cancelled"));
    CHECK(admin::verify_password(find("anna").password, good));
}

TEST_CASE_METHOD(Fixture, "passwords come from a file or are made up, never from the command line") {
    write_file_atomically(folder / "secret", good + "\n");
    run("user add anna --password-file " + (folder / "secret").string());
    CHECK(admin::verify_password(find("anna").password, good));
    const auto made = json("user passwd anna --generate");
    CHECK(admin::verify_password(find("anna").password, made.at("password").as_string().c_str()));
    CHECK_THAT(run("user add bruno --generate"), Contains("shown only now"));
    CHECK_THROWS_AS(run("user add carla --password " + good), CLI::ParseError);
    CHECK_THROWS_AS(run("user add carla --generate --password-file x"), CLI::ParseError);
    CHECK_THROWS_WITH(run("user add carla --password-file /nowhere"), Contains("/nowhere"));
}

TEST_CASE_METHOD(Fixture, "operators are listed, disabled and enabled") {
    run("user add anna --generate");
    run("user add Bruno --generate --admin");
    CHECK(run("user disable anna") == "Disabled the operator anna.\n");
    CHECK_FALSE(find("anna").enabled);
    CHECK_THAT(run("user list"), Contains("anna   no     no ") && Contains("Bruno  yes    yes"));
    CHECK(json("user enable anna").at("enabled").as_bool());
    const auto users = json("user list").at("users").as_array();
    REQUIRE(users.size() == 2);
    CHECK(users[0].at("name").as_string() == "anna");
    CHECK(users[0].at("created").as_string() == rfc3339(clock.unix_now()).c_str());
    CHECK_FALSE(users[0].as_object().contains("password"));
    CHECK_THROWS_AS(run("user disable nobody"), admin::Refused);
}

TEST_CASE_METHOD(Fixture, "a new password for the first admin removes the file with the old one") {
    make_private_folder(data);
    {
        db::Database database(db::database_file(data));
        admin::ensure_first_admin(database, data, false);
    }
    REQUIRE(std::filesystem::exists(admin::first_admin_file(data)));
    run("user passwd admin --generate");
    CHECK_FALSE(std::filesystem::exists(admin::first_admin_file(data)));
}

TEST_CASE_METHOD(Fixture, "a ticket for scripts and for people") {
    run("user add anna --generate");
    const auto ticket = json("ticket new --minutes 5");
    CHECK(ticket.at("operator").as_string() == "anna");
    CHECK(ticket.at("expires").as_string() == rfc3339(clock.unix_now() + 300'000).c_str());
    CHECK_THAT(run("ticket new --user anna"), Contains("1-") && Contains("A ticket of anna"));
    CHECK_THROWS_AS(run("ticket new --minutes 0"), CLI::ParseError);
}

TEST_CASE_METHOD(Fixture, "a session is shown while it is under way, or as a killed hub left it") {
    run("user add anna --generate");
    leave_session();
    CHECK_THAT(run("session list"),
               Contains("1-s ") && Contains("streaming") && Contains("PC-E75B1") && Contains("1.2 MB"));
    const auto text = run("session show 1-s");
    CHECK_THAT(text, Contains("Ticket        1-E75B1\n") && Contains("PC-E75B1 from 192.0.2.7, guido, Debian"));
    CHECK_THAT(text, Contains("host  guest") && Contains("1-s.part1.fbs  writing"));
    const auto story = json("session show 1-s");
    CHECK(story.at("state").as_string() == "streaming");
    CHECK(story.at("recordings").as_array().size() == 1);
    CHECK(json("session list").at("sessions").as_array().size() == 1);
    CHECK(json("session list --operator nobody").at("sessions").as_array().empty());
    CHECK(json("session list --until 2001-01-01").at("sessions").as_array().empty());
    CHECK(json("recording list").at("movies").as_array()[0].at("state").as_string() == "recording");
    CHECK_THAT(run("recording list"), Contains("1-s      recording"));
    CHECK_THROWS_WITH(run("session show 1-x"), Contains("no session 1-x"));
    CHECK_THROWS_AS(run("session list --since yesterday"), CLI::ParseError);
    CHECK_THROWS_AS(run("session list --cursor x"), admin::Refused);
}

TEST_CASE_METHOD(Fixture, "what was done stands in the log, without passwords") {
    const auto made = json("user add anna --generate").at("password").as_string();
    const auto audit = json("audit list").at("audit").as_array();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].at("actor").as_string() == admin::cli_actor().c_str());
    const auto text = run("audit list");
    CHECK_THAT(text, Contains("operator.create"));
    CHECK_THAT(text, !Contains(made.c_str()));
}

TEST_CASE_METHOD(Fixture, "a folder without a hub is said so, and none is made by looking") {
    for (const char* line :
         {"user list", "session list", "recording list", "audit list", "ticket new", "user passwd x"}) {
        CHECK_THROWS_WITH(run(line), Contains("there is no database at"));
        CHECK_FALSE(std::filesystem::exists(data));
    }
    CHECK_THROWS_AS(run("user"), CLI::ParseError);
    CHECK_THROWS_AS(run("session show"), CLI::ParseError);
}

TEST_CASE_METHOD(Fixture, "the pin is shown for people and for scripts, once there is one") {
    CHECK(run("pin") == "sha256:00ff\nbabab-lusab\n");
    CHECK(json("pin").at("pin") == "sha256:00ff");
    CHECK(json("pin").at("words") == "babab-lusab");
    reach.pin.clear();
    CHECK_THROWS_WITH(run("pin"), Contains("start the hub once"));
}

TEST_CASE_METHOD(Fixture, "a new ticket comes with what the guest needs to use it") {
    run("user add anna --generate");
    const auto said = run("ticket new --user anna");
    const auto ticket = said.substr(0, said.find('\n'));
    CHECK_THAT(said, Contains("pronto-agent --hub hub.example.org:8443 --hub-pin sha256:00ff --ticket " + ticket));
    CHECK_THAT(said, Contains("babab-lusab"));
    CHECK(json("ticket new").at("hub") == "hub.example.org:8443");
    CHECK(json("ticket new").at("pin") == "sha256:00ff");
    reach.pin.clear();
    CHECK_THAT(run("ticket new"), Contains("hub.example.org:8443") && !Contains("--hub-pin"));
    CHECK_FALSE(json("ticket new").contains("pin"));
}
