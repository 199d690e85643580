#include "db/operators.hpp"

#include <catch2/catch.hpp>

#include "db/database.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    db::Operators operators{database};
};
const std::string phc = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";

db::OperatorRow named(const std::string& name) {
    return {0, name, phc, false, true, 1'700'000'000'000};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an operator is found as it was added") {
    auto row = named("Anna Bianchi");
    row.admin = true;
    row.id = operators.add(row);
    CHECK(row.id == 1);
    CHECK(operators.find("Anna Bianchi") == row);
    CHECK(operators.find("anna bianchi") == row);
    CHECK(operators.find(row.id) == row);
    CHECK_FALSE(operators.find("bruno").has_value());
    CHECK_FALSE(operators.find(7).has_value());
}

TEST_CASE_METHOD(Fixture, "a name is taken whatever the case of its letters") {
    operators.add(named("anna"));
    CHECK_THROWS_AS(operators.add(named("ANNA")), db::NameTaken);
    CHECK(operators.count() == 1);
    CHECK(operators.add(named("bruno")) > 1);
}

TEST_CASE_METHOD(Fixture, "the database itself refuses impossible operators") {
    CHECK_THROWS_AS(operators.add(named("")), db::Error);
    CHECK_THROWS_AS(operators.add(named("a/b")), db::Error);
    CHECK_THROWS_AS(operators.add(named(std::string(65, 'x'))), db::Error);
    auto plain = named("plain");
    plain.password = "correct horse battery";
    CHECK_THROWS_AS(operators.add(plain), db::Error);
    CHECK(operators.count() == 0);
}

TEST_CASE_METHOD(Fixture, "operators are listed by name and can be changed") {
    operators.add(named("bruno"));
    const auto id = operators.add(named("Anna"));
    CHECK(operators.set_password(id, phc + "x"));
    CHECK(operators.set_enabled(id, false));
    CHECK_FALSE(operators.set_enabled(99, false));
    const auto rows = operators.list();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].name == "Anna");
    CHECK(rows[0].password == phc + "x");
    CHECK_FALSE(rows[0].enabled);
    CHECK(rows[1].enabled);
}
