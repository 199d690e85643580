#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"

using namespace pronto;
using pronto::test::Folder;

namespace {

const fbs::PartFacts facts{
    "1-0123456789abcdef", 1, 1'795'339'800'125, {1920, 1080}, false, "complete", 4711, 123'456, false, {}};

}  // namespace

TEST_CASE("a part's facts are read as they were written") {
    const Folder folder;
    const auto path = folder / "facts.json";
    fbs::write_part_facts(path, facts);
    CHECK(fbs::read_part_facts(path) == facts);
    CHECK(read_file(path) ==
          R"({"session":"1-0123456789abcdef","part":1,"started":")" + rfc3339(facts.started) +
              R"(","width":1920,"height":1080,"continues":false,"state":"complete","duration_ms":4711,"bytes":123456})"
              "\n");
    auto failed = facts;
    failed.state = "failed";
    failed.detail = "the disk is full";
    fbs::write_part_facts(path, failed);
    CHECK(fbs::read_part_facts(path) == failed);
    auto paused = facts;
    paused.paused = true;
    fbs::write_part_facts(path, paused);
    CHECK(fbs::read_part_facts(path) == paused);
}

TEST_CASE("names of a part's files") {
    CHECK(fbs::part_file_name("1-ab", 2) == "1-ab.part2.fbs");
    CHECK(fbs::facts_file_name("1-ab", 2) == "1-ab.part2.json");
    CHECK(fbs::facts_file_of("/x/1-ab.part2.fbs") == "/x/1-ab.part2.json");
}

TEST_CASE("damaged facts are named") {
    const Folder folder;
    const auto path = folder / "facts.json";
    const std::string whole = fbs::to_json(facts);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string content = whole;
        content.replace(content.find(from), from.size(), to);
        std::ofstream(path) << content;
        std::string problem;
        try {
            fbs::read_part_facts(path);
        } catch (const std::runtime_error& wrong) {
            problem = wrong.what();
        }
        return problem.substr(std::min(problem.size(), path.string().size() + 2));
    };
    CHECK(with("}", "") == "it is no JSON object");
    CHECK(with("\"state\"", "\"stat\"") == "\"state\" is missing");
    CHECK(with("1920", "-1") == "\"width\" is no number from 0 to 65535");
    CHECK(with("1920", "\"x\"") == "\"width\" is no number from 0 to 65535");
    CHECK(with("Z\"", "\"") == "\"started\" is no time");
    CHECK(with("T", "T-") == "\"started\" is no time");
    CHECK(with(rfc3339(facts.started), "2026-11-22T24:00:00.000Z") == "\"started\" is no time");
    CHECK(with("false", "0") == "\"continues\" is neither true nor false");
}
