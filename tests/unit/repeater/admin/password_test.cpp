#include "repeater/admin/password.hpp"

#include <chrono>
#include <ctime>
#include <set>

#include <catch2/catch.hpp>

using namespace pronto::admin;

namespace {

const std::string twelve = "twelve chars";

std::chrono::nanoseconds time_of(const auto& act) {
    // The thread's own processor time: other programs on the machine do not count.
    timespec before{}, after{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    act();
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return std::chrono::seconds(after.tv_sec - before.tv_sec) +
           std::chrono::nanoseconds(after.tv_nsec - before.tv_nsec);
}

}  // namespace

TEST_CASE("a password belongs to its hash and to no other") {
    const auto phc = hash_password("correct horse battery");
    CHECK(phc.substr(0, 31) == "$argon2id$v=19$m=19456,t=2,p=1$");
    CHECK(verify_password(phc, "correct horse battery"));
    CHECK_FALSE(verify_password(phc, "correct horse batterx"));
    CHECK_FALSE(verify_password(phc, ""));
    CHECK_FALSE(verify_password(phc, "correct horse battery "));
    CHECK_FALSE(verify_password(hash_password("something else altogether"), "correct horse battery"));
}

TEST_CASE("the same password never has the same hash") {
    CHECK(hash_password(twelve) != hash_password(twelve));
}

TEST_CASE("a broken hash belongs to nobody") {
    for (const char* phc : {"", "x", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv"})
        CHECK_FALSE(verify_password(phc, twelve));
}

TEST_CASE("an endless password costs nothing") {
    CHECK_FALSE(verify_password(hash_password(twelve), std::string(longest_password_bytes + 1, 'x')));
    CHECK_FALSE(verify_nobody(std::string(longest_password_bytes + 1, 'x')));
}

TEST_CASE("an unknown user takes as long as a wrong password") {
    const auto phc = hash_password(twelve);
    const auto wrong = time_of([&] { verify_password(phc, "wrong password"); });
    const auto nobody = time_of([&] { verify_nobody("wrong password"); });
    CHECK_FALSE(verify_nobody(twelve));
    INFO(wrong.count() << " ns and " << nobody.count() << " ns");
    CHECK(nobody.count() > wrong.count() / 3);
    CHECK(nobody.count() < wrong.count() * 3);
}

TEST_CASE("twelve characters are enough, in any language, eleven are not") {
    CHECK_FALSE(password_problem(twelve).has_value());
    CHECK_FALSE(password_problem("àèìòùàèìòùàè").has_value());
    CHECK_THAT(*password_problem("eleven char"), Catch::Contains("12 characters") && Catch::Contains("11"));
    CHECK(password_problem("àèìòùàèìòùà").has_value());
    CHECK(password_problem("").has_value());
    CHECK(password_problem("twelve\nchars").has_value());
    CHECK(password_problem("twelve\xFFxchars").has_value());
    CHECK(password_problem(std::string(longest_password_bytes + 1, 'x')).has_value());
}

TEST_CASE("generated passwords are good ones, and all different") {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto password = generated_password();
        CHECK(password.size() == 23);
        CHECK_FALSE(password_problem(password).has_value());
        CHECK(password.find_first_of("ilo01") == std::string::npos);
        seen.insert(password);
    }
    CHECK(seen.size() == 100);
}
