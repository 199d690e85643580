#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/control/codec.hpp"
#include "tests/unit/rfb-ext/control/samples.hpp"

// docs/protocol.md is what others program against: it names whatever the code knows. (ctest runs this in the source
// folder.)

using namespace pronto;
using namespace pronto::control;

namespace {

const std::string& document() {
    static const std::string text = read_file("docs/protocol.md");
    return text;
}

/// From a heading that starts with `heading` to the next heading.
std::string section(const std::string& heading) {
    const auto start = document().find("\n" + heading);
    if (start == std::string::npos) return {};
    return document().substr(start, document().find("\n#", start + heading.size()) - start);
}

bool says(const std::string& text, std::string_view word) {
    return text.find(fmt::format("`{}`", word)) != std::string::npos;
}

void check_fields(const std::string& where, const boost::json::object& object) {
    for (const auto& field : object) {
        const std::string key(field.key());
        if (key == "type" || key == "id" || key == "re") continue;
        INFO(key);
        CHECK(says(where, key));
    }
}

}  // namespace

TEST_CASE("the document has a section for every message, with each of its fields") {
    for (const auto& sample : samples()) {
        const auto object = boost::json::parse(encode(sample)).as_object();
        const std::string type(object.at("type").as_string());
        INFO(type);
        const auto text = section("### `" + type + "`");
        REQUIRE_FALSE(text.empty());
        check_fields(text, object);
    }
}

TEST_CASE("the document explains every field of an entry and of the policy") {
    const auto all = samples();
    const auto list = *std::find_if(all.begin(), all.end(), [](const Envelope& sample) {
        return std::holds_alternative<PresenceList>(sample.message);
    });
    const auto entry = boost::json::parse(encode(list)).at("entries").at(0).as_object();
    check_fields(section("### `presence.list`"), entry);
    const auto policy = boost::json::parse(encode(all[1])).at("policy").as_object();
    check_fields(section("### `welcome`"), policy);
}

TEST_CASE("the document lists every error code with its HTTP status") {
    for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
        const auto code = static_cast<Code>(i);
        INFO(name(code));
        CHECK(document().find(fmt::format("| `{}` | {} |", name(code), http_status(code))) != std::string::npos);
    }
}

TEST_CASE("the document names every state, reason, outcome, role and mode") {
    for (const auto v : {SessionState::requested, SessionState::asked, SessionState::granted, SessionState::streaming,
                         SessionState::paused, SessionState::ended})
        CHECK(says(section("## Sessions"), name(v)));
    for (const auto v : {EndReason::operator_, EndReason::guest, EndReason::drop, EndReason::refused,
                         EndReason::timed_out, EndReason::hub_stopped, EndReason::interrupted})
        CHECK(says(section("### `session.ended`"), name(v)));
    for (const auto v : {Outcome::solved, Outcome::not_solved, Outcome::follow_up})
        CHECK(says(section("### `report.save`"), name(v)));
    for (const auto v : {Role::operator_, Role::guest, Role::host, Role::viewer}) CHECK(says(section("### `hello`"), name(v)));
    for (const auto v : {Kind::pronto, Kind::vnc}) CHECK(says(section("### `presence.list`"), name(v)));
    for (const auto v : {Mode::control, Mode::view}) CHECK(says(section("### `session.request`"), name(v)));
}
