#include "rfb-ext/base/computer.hpp"

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("this computer has a name without a domain, a user and a system") {
    CHECK_FALSE(host_name().empty());
    CHECK(host_name().find('.') == std::string::npos);
    CHECK_FALSE(user_name().empty());
    CHECK(system_name().size() > 4);
    CHECK(system_name().find('"') == std::string::npos);
}
