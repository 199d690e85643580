#include "db/resumes.hpp"

#include <catch2/catch.hpp>

#include "db/assistances.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "db/tickets.hpp"
#include "db/tokens.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    std::int64_t anna = db::Operators(database).add({0, "anna", "$argon2id$x", false, true, 1});

    Fixture() {
        for (const std::string n : {"1", "2", "3"}) {
            db::Tickets(database).save({"1-t" + n, "1-0000" + n, anna, {}, 1, 2, 1});
            db::Assistances(database).save({"1-c" + n, "1-t" + n, anna, "", "", "", "", "", 1});
        }
    }
    static db::ResumeRow row(const std::string& n) {
        return {"1-t" + n, "1-0000" + n, "anna", "1-c" + n, "PC-0000" + n, "aa", "bb" + n, "", {}};
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a guest that may come back is saved, changed, listed with its ticket, and removed") {
    db::Resumes resumes(database);
    auto first = row("1");
    resumes.save(first);
    CHECK(resumes.list() == std::vector{first});
    first.earlier_sha256 = first.token_sha256;
    first.token_sha256 = "cc";
    first.left = 77;
    resumes.save(first);
    CHECK(resumes.list() == std::vector{first});
    auto second = row("2");
    second.left = 5;
    resumes.save(second);
    resumes.save(row("3"));
    CHECK(resumes.list() == std::vector{second, first, row("3")});
    resumes.remove("1-t2");
    resumes.remove("1-t9");
    CHECK(resumes.list() == std::vector{first, row("3")});
}

TEST_CASE_METHOD(Fixture, "a log-in is saved, its use is written down, and it is removed") {
    db::Tokens tokens(database);
    db::TokenRow row{"aa", anna, "cc", 10, 10};
    tokens.save(row);
    row.used = 90;
    tokens.save(row);
    CHECK(tokens.list() == std::vector{row});
    tokens.remove("aa");
    CHECK(tokens.list().empty());
}
