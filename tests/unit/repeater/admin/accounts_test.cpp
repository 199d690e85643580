#include "repeater/admin/accounts.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "db/tickets.hpp"
#include "repeater/admin/first_admin.hpp"
#include "repeater/admin/password.hpp"
#include "repeater/admin/tickets.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/control/ticket.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using admin::Refused;

namespace {

const std::string password = "correct horse battery";

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    ManualClock clock;
    admin::Accounts accounts{database, clock, "cli:root"};

    db::AuditRow last_audit() {
        const auto rows = db::Audit(database).newest(1);
        REQUIRE(rows.size() == 1);
        return rows[0];
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an account is made, with its password hashed and the deed in the log") {
    const auto row = accounts.add("anna", password, true);
    CHECK(row.created == clock.unix_now());
    CHECK(accounts.find("anna") == row);
    CHECK(admin::verify_password(row.password, password));
    CHECK(row.password.find(password) == std::string::npos);
    db::AuditRow expected{1, clock.unix_now(), "cli:root", "operator.create", "anna", "admin"};
    expected.hash = db::audit_hash(expected, "");
    CHECK(last_audit() == expected);
}

TEST_CASE_METHOD(Fixture, "names and passwords that will not do are refused in words, and leave nothing") {
    for (const std::string name : {"", "a/b", " anna", "anna ", "an\nna",
                                   "\xE2\x80\xAE"
                                   "anna"})
        CHECK_THROWS_AS(accounts.add(name, password, false), Refused);
    CHECK_THROWS_AS(accounts.add(std::string(65, 'x'), password, false), Refused);
    CHECK_THROWS_WITH(accounts.add("anna", "short", false), Catch::Contains("12 characters"));
    accounts.add("anna", password, false);
    CHECK_THROWS_AS(accounts.add("Anna", password, false), db::NameTaken);
    CHECK(db::Operators(database).count() == 1);
    CHECK(db::Audit(database).newest(10).size() == 1);
}

TEST_CASE_METHOD(Fixture, "a new password replaces the old") {
    accounts.add("anna", password, false);
    accounts.change_password("anna", "another good password");
    CHECK_FALSE(admin::verify_password(accounts.find("anna").password, password));
    CHECK(admin::verify_password(accounts.find("anna").password, "another good password"));
    CHECK(last_audit().action == "operator.password");
    CHECK_THROWS_AS(accounts.change_password("anna", "short"), Refused);
    CHECK_THROWS_WITH(accounts.change_password("ana", password), Catch::Contains("did you mean \"anna\"?"));
}

TEST_CASE_METHOD(Fixture, "accounts are disabled and enabled, but not the last admin's") {
    accounts.add("anna", password, true);
    accounts.add("bruno", password, false);
    accounts.set_enabled("bruno", false);
    CHECK_FALSE(accounts.find("bruno").enabled);
    CHECK(last_audit().action == "operator.disable");
    accounts.set_enabled("bruno", true);
    CHECK(accounts.find("bruno").enabled);
    CHECK_THROWS_WITH(accounts.set_enabled("anna", false), Catch::Contains("last admin"));
    CHECK(accounts.find("anna").enabled);
    accounts.add("carla", password, true);
    accounts.set_enabled("anna", false);
    CHECK_THROWS_AS(accounts.set_enabled("carla", false), Refused);
}

TEST_CASE_METHOD(Fixture, "the first admin's password goes to a private file where there is no terminal, once") {
    CHECK(admin::ensure_first_admin(database, folder.path(), false));
    const auto file = admin::first_admin_file(folder.path());
    const auto generated = read_secret(file);
    CHECK(generated.size() >= 16);
    const auto row = accounts.find(admin::first_admin_name);
    CHECK(row.admin);
    CHECK(admin::verify_password(row.password, generated));
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);

    CHECK_FALSE(admin::ensure_first_admin(database, folder.path(), false));
    CHECK(db::Operators(database).count() == 1);
    CHECK(read_secret(file) == generated);
}

TEST_CASE_METHOD(Fixture, "no first admin is made beside an operator, and none whose password would be lost") {
    CHECK_THROWS(admin::ensure_first_admin(database, folder / "missing", false));
    CHECK(db::Operators(database).count() == 0);
    accounts.add("anna", password, false);
    CHECK_FALSE(admin::ensure_first_admin(database, folder.path(), true));
    CHECK_FALSE(std::filesystem::exists(admin::first_admin_file(folder.path())));
}

TEST_CASE_METHOD(Fixture, "a ticket of the command line is a live one of its operator") {
    accounts.add("anna", password, false);
    const auto row = admin::new_ticket(database, clock, "cli:root", {7, "", std::chrono::minutes(15)});
    CHECK(control::parse_ticket(row.ticket)->node == 7);
    CHECK(row.operator_name == "anna");
    CHECK(row.expires == clock.unix_now() + 15 * 60'000);
    CHECK(db::Tickets(database).newest(row.ticket) == row);
    CHECK(db::Tickets(database).live(row.ticket, clock.unix_now()));
    CHECK(last_audit().action == "ticket.create");
}

TEST_CASE_METHOD(Fixture, "a ticket needs somebody whose it is") {
    const auto ticket_of = [&](const std::string& name) {
        return admin::new_ticket(database, clock, "cli:root", {1, name, Millis{60'000}}).operator_name;
    };
    CHECK_THROWS_WITH(ticket_of(""), Catch::Contains("user add"));
    accounts.add("anna", password, true);
    accounts.add("bruno", password, false);
    CHECK_THROWS_WITH(ticket_of(""), Catch::Contains("--user"));
    CHECK(ticket_of("BRUNO") == "bruno");
    accounts.set_enabled("bruno", false);
    CHECK_THROWS_WITH(ticket_of("bruno"), Catch::Contains("disabled"));
    CHECK(ticket_of("") == "anna");
}
