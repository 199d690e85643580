#include "rfb-ext/ui/row_list.hpp"

#include <catch2/catch.hpp>

using namespace pronto::ui;

namespace {

std::vector<ListRow> people() {
    return {{"guests", "Guests", "", "", 0, 0, true},
            {"a", "NETCECK-210EB", "", "", 0, 1},
            {"b", "ACCT-07", "", "", 0, 1},
            {"operators", "Operators", "", "", 0, 0, true},
            {"c", "anna", "", "", 0, 1}};
}

}  // namespace

TEST_CASE("a selection stays with its key when rows come and go") {
    RowList list("row:");
    list.resize(0, 0, 200, 400);
    list.set_rows(people());
    list.select("b");
    auto fewer = people();
    fewer.erase(fewer.begin() + 1);
    list.set_rows(fewer);
    CHECK(list.selected() == "b");
}

TEST_CASE("losing the selected row is told") {
    RowList list("row:");
    list.set_rows(people());
    list.select("a");
    std::vector<std::string> told;
    list.on_select([&](const std::string& key) { told.push_back(key); });
    auto fewer = people();
    fewer.erase(fewer.begin() + 1);
    list.set_rows(fewer);
    CHECK(told == std::vector<std::string>{""});
    CHECK(list.selected().empty());
}

TEST_CASE("rows tell tests where they are, 26 pixels each") {
    RowList list("row:");
    list.resize(10, 20, 200, 400);
    list.set_rows(people());
    const auto parts = list.described_parts();
    REQUIRE(parts.size() == 5);
    CHECK(parts[2].id == "row:b");
    CHECK(parts[2].text == "ACCT-07");
    CHECK(parts[2].area.y - parts[1].area.y == 26);
    CHECK(parts[1].area.height == 26);
}

TEST_CASE("rows that are scrolled away are not told") {
    RowList list("row:");
    list.resize(0, 0, 200, 70);
    list.set_rows(people());
    CHECK(list.described_parts().size() < 5);
    list.select("c");
    bool seen = false;
    for (const auto& part : list.described_parts()) seen = seen || part.id == "row:c";
    CHECK(seen);
}
