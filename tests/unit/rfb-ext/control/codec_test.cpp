#include "rfb-ext/control/codec.hpp"

#include <functional>
#include <set>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/control/samples.hpp"

using namespace pronto;
using namespace pronto::control;
namespace json = boost::json;

namespace {

std::string type_of(const Envelope& envelope) {
    return std::visit([](const auto& message) { return std::string(message.type); }, envelope.message);
}

/// Calls back with the name ("entry.peer") and the place of every field below the envelope's own.
void each_field(json::object& object, const std::string& prefix,
                const std::function<void(const std::string&, json::object&, const std::string&)>& visit) {
    std::vector<std::string> keys;
    for (const auto& field : object) keys.emplace_back(field.key());
    for (const auto& key : keys) {
        if (prefix.empty() && (key == "type" || key == "id" || key == "re")) continue;
        visit(prefix + key, object, key);
        if (object[key].is_object()) each_field(object[key].get_object(), prefix + key + ".", visit);
        if (object[key].is_array() && !object[key].get_array().empty() && object[key].get_array()[0].is_object())
            each_field(object[key].get_array()[0].get_object(), prefix + key + ".", visit);
    }
}

/// Decodes every sample with every field in turn replaced by `other` (null: taken out).
void each_damage(
    const std::function<std::optional<json::value>(const json::value&)>& damage,
    const std::function<void(const std::string& type, const std::string& field, const Result<Envelope>&)>& see) {
    for (const auto& sample : samples()) {
        json::object whole = json::parse(encode(sample)).as_object();
        each_field(whole, {}, [&](const std::string& name, json::object& in, const std::string& key) {
            const json::value before = in[key];
            const auto after = damage(before);
            if (after)
                in[key] = *after;
            else
                in.erase(key);
            see(type_of(sample), name, decode(json::serialize(whole)));
            in[key] = before;
        });
    }
}

bool optional_field(const std::string& type, const std::string& field) {
    static const std::set<std::string> inside_presence{"host_name", "user",       "system",       "address", "software",
                                                       "ticket",    "assistance", "ticket_owner", "session"};
    if (type == "hello")
        return field == "ticket" || field == "key" || field == "resume" || field == "proof" || field == "sessions";
    if (type == "welcome") return field == "resume" || field == "grace_ms";
    if (type == "session.end") return field == "message";
    if (type == "error") return field == "remedy";
    if (type == "session.request" || type == "session.ask" || type == "pass.new") return field == "password";
    if (type == "session.answer") return field == "code" || field == "message" || field == "leg";
    if (type == "session.ended") return field == "code";
    const auto dot = field.find('.');
    return type.rfind("presence.", 0) == 0 && dot != std::string::npos &&
           inside_presence.contains(field.substr(dot + 1));
}

std::string hello_with(const std::string& more) {
    return R"({"type":"hello","protocol":1,"role":"guest","software":"s","host_name":"h","user":"u","system":"d")" +
           more + "}";
}

}  // namespace

TEST_CASE("sessions to go on with are ids, and not too many") {
    const auto with = [](const std::string& list) { return decode(hello_with(R"(,"sessions":)" + list)).has_value(); };
    std::string many = "[\"1-a\"";
    for (std::size_t n = 1; n < most_resumed; ++n) many += ",\"1-a\"";
    CHECK(with("[]"));
    CHECK(with(R"(["1-00112233aabbccdd","1-a"])"));
    CHECK(with(many + "]"));
    CHECK_FALSE(with(many + ",\"1-a\"]"));
    CHECK_FALSE(with(R"(["../x"])"));
    CHECK_FALSE(with(R"([""])"));
    CHECK_FALSE(with("[1]"));
    CHECK_FALSE(with(R"("1-a")"));
}

TEST_CASE("there is a sample of every message") {
    const auto all = samples();
    REQUIRE(all.size() == std::variant_size_v<Message>);
    for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(all[i].message.index() == i);
}

TEST_CASE("every message comes back as it was sent") {
    for (const auto& sample : samples()) {
        INFO(encode(sample));
        const auto back = decode(encode(sample));
        REQUIRE(back.has_value());
        CHECK(*back == sample);
    }
}

TEST_CASE("a message cut anywhere is not JSON") {
    for (const auto& sample : samples()) {
        const auto text = encode(sample);
        for (std::size_t n = 0; n < text.size(); ++n)
            REQUIRE(decode(text.substr(0, n)).error() == CodecError::not_json);
    }
}

TEST_CASE("a missing field is refused unless it may be left out") {
    each_damage([](const json::value&) { return std::nullopt; },
                [](const std::string& type, const std::string& field, const Result<Envelope>& result) {
                    INFO(type << " without " << field);
                    CHECK(result.has_value() == optional_field(type, field));
                    if (!result) CHECK(result.error() == CodecError::bad_field);
                });
}

TEST_CASE("a field of the wrong type is refused") {
    const std::vector<json::value> wrong{json::array{1}, nullptr, json::object{}};
    for (const auto& other : wrong)
        each_damage([&](const json::value&) { return other; },
                    [&](const std::string& type, const std::string& field, const Result<Envelope>& result) {
                        INFO(type << " with " << field << " = " << json::serialize(other));
                        CHECK(result.error() == CodecError::bad_field);
                    });
}

TEST_CASE("a number is whole, within its range and exact in every JSON reader") {
    for (const json::value& wrong : {json::value(-1), json::value(9'007'199'254'740'992), json::value(1.5),
                                     json::value(1e3), json::value(UINT64_MAX), json::value("1")})
        each_damage([&](const json::value& before) { return before.is_int64() ? wrong : before; },
                    [&](const std::string& type, const std::string& field, const Result<Envelope>& result) {
                        const bool words = type == "pass.created";  // its target is a name, its number a word
                        const bool number = !words && (field == "protocol" || field == "peer" || field == "target" ||
                                            field == "node" || field == "number" || field == "leg" ||
                                            field.find(".leg") != std::string::npos || field.find("_port") != std::string::npos || field.find("_ms") != std::string::npos ||
                                            field.find("_days") != std::string::npos ||
                                            field.find("_minutes") != std::string::npos || field.find("bytes_") == 0 ||
                                            field.find(".peer") != std::string::npos);
                        INFO(type << " with " << field << " = " << json::serialize(wrong));
                        CHECK(result.has_value() != number);
                    });
}

TEST_CASE("a text over its limit is cut, or refused where words would be lost or a name would be another") {
    const std::set<std::string> whole_or_not{"problem", "solution", "category"};
    each_damage(
        [](const json::value& before) { return before.is_string() ? json::value(std::string(5'000, 'A')) : before; },
        [&](const std::string& type, const std::string& field, const Result<Envelope>& result) {
            INFO(type << ": " << field);
            if (whole_or_not.contains(field))
                CHECK(result.error() == CodecError::too_large);
            else if (!result)
                CHECK(result.error() == CodecError::bad_field);
            else if (type == "clipboard")
                CHECK(encode(*result).size() > 5'000);
            else
                CHECK(encode(*result).size() < 1'500);
        });
}

TEST_CASE("a clipboard may have 48 KiB and not one byte more") {
    Envelope envelope{Clipboard{"1-00112233aabbccdd", std::string(longest_clipboard_bytes, 'x')}, {}, {}};
    CHECK(fits(envelope));
    CHECK(decode(encode(envelope)).value() == envelope);
    const auto text =
        R"({"type":"clipboard","session":"1-0","text":")" + std::string(longest_clipboard_bytes + 1, 'x') + "\"}";
    CHECK(decode(text).error() == CodecError::too_large);
    std::get<Clipboard>(envelope.message).text += 'x';
    CHECK_FALSE(fits(envelope));
}

TEST_CASE("a clipboard whose quoting makes it too large does not fit") {
    const Envelope envelope{Clipboard{"1-00112233aabbccdd", std::string(40'000, '"')}, {}, {}};
    CHECK_FALSE(fits(envelope));
    CHECK(decode(encode(envelope)).error() == CodecError::too_large);
}

TEST_CASE("ids, tokens, tickets and streams keep to their alphabets") {
    const auto bad = [](const std::string& text) { return decode(text).error() == CodecError::bad_field; };
    for (const char* id : {"", "1/2", "1 2", "../x", "1-\\u0000", "ü", "a.b"})
        CHECK(bad(std::string(R"({"type":"session.end","session":")") + id + "\"}"));
    for (const char* token : {"", "a=", "a b", "a/b", "a+b"})
        CHECK(bad(std::string(R"({"type":"session.stream","session":"1-0","stream":"screen.1.1","token":")") + token +
                  "\"}"));
    for (const char* stream : {"", "screen/1", "SCREEN.1.1"})
        CHECK(bad(std::string(R"({"type":"session.stream","session":"1-0","token":"t","stream":")") + stream + "\"}"));
    for (const char* ticket : {"", "1-G0000", "1-e75b1"})
        CHECK(bad(std::string(R"({"type":"ticket.created","expires":"2026-11-22T09:30:00.125Z","ticket":")") + ticket +
                  "\"}"));
}

TEST_CASE("texts from the wire are presentable; only clipboard and reports keep their lines") {
    const auto hello = decode(hello_with(R"(,"ticket":"1\nE75B1\u202e\u0007")"));
    CHECK(std::get<Hello>(hello->message).ticket == "1E75B1");
    const auto clip = decode(R"({"type":"clipboard","session":"1-0","text":"a\r\n\tb\u0000\u202ec"})");
    CHECK(std::get<Clipboard>(clip->message).text == "a\n\tbc");
    const auto report = decode(
        R"({"type":"report.save","assistance":"1-0","problem":"a\nb","solution":"","category":"","outcome":"solved"})");
    CHECK(std::get<ReportSave>(report->message).problem == "a\nb");
}

TEST_CASE("a program's own broken bytes never become a message the peer must reject") {
    const Envelope envelope{Clipboard{"1-0", "caf\xE9"}, {}, {}};
    CHECK(std::get<Clipboard>(decode(encode(envelope))->message).text == "caf\xEF\xBF\xBD");
}

TEST_CASE("unknown fields are ignored, an unknown type is named as such") {
    CHECK(decode(hello_with(R"(,"new":{"deep":[1,2,{"er":null}]})")).has_value());
    CHECK(decode(R"({"type":"session.dance","id":1})").error() == CodecError::unknown_type);
    CHECK(decode(R"({"type":7})").error() == CodecError::bad_field);
    CHECK(decode(R"({"id":7})").error() == CodecError::bad_field);
}

TEST_CASE("what is not one JSON object is refused") {
    for (const char* text :
         {"", " ", "null", "7", "\"hello\"", "[]", "{", "{}{}", "{\"type\":\"ping\"}x", "{'type':'ping'}",
          "{\"type\":\"ping\",}", "\xFF", "{\"type\":\"p\xE9ng\"}", "// c\n{\"type\":\"ping\"}"}) {
        INFO(text);
        CHECK(decode(text).error() == CodecError::not_json);
    }
    CHECK(decode("{}").error() == CodecError::bad_field);
}

TEST_CASE("nesting is limited") {
    const auto nested = [](std::size_t depth) {
        return hello_with(",\"x\":" + std::string(depth, '[') + std::string(depth, ']'));
    };
    CHECK(decode(nested(7)).has_value());
    CHECK(decode(nested(8)).error() == CodecError::too_deep);
    CHECK(decode(std::string(60'000, '[')).error() == CodecError::too_deep);
}

TEST_CASE("a message has at most 64 KiB") {
    const std::string ping = R"({"type":"ping"})";
    CHECK(decode(ping + std::string(longest_message_bytes - ping.size(), ' ')).has_value());
    CHECK(decode(ping + std::string(longest_message_bytes - ping.size() + 1, ' ')).error() == CodecError::too_large);
}

TEST_CASE("the numbers of messages are whole and exact") {
    CHECK(decode(R"({"type":"ping","id":9007199254740991})")->id == 9'007'199'254'740'991U);
    CHECK_FALSE(decode(R"({"type":"ping"})")->id);
    for (const char* id : {"-1", "1.5", "\"1\"", "null", "9007199254740992", "1e2"}) {
        CHECK(decode(std::string(R"({"type":"ping","id":)") + id + "}").error() == CodecError::bad_field);
        CHECK(decode(std::string(R"({"type":"ping","re":)") + id + "}").error() == CodecError::bad_field);
    }
}

TEST_CASE("an error code from a newer hub reads as internal") {
    const auto error = decode(R"({"type":"error","code":"eaten_by_dog","message":"m"})");
    CHECK(std::get<Refused>(error->message).error == Error{Code::internal, "m", ""});
}

TEST_CASE("the first part of a list is as long as a message can be") {
    PresenceList list;
    for (std::uint64_t i = 1; i <= 2'000; ++i) {
        Presence entry;
        entry.peer = i;
        entry.name = std::string(128, '"');
        entry.host_name = std::string(255, '\\');
        entry.user = entry.system = entry.software = entry.ticket_owner = entry.name;
        list.entries.push_back(entry);
    }
    auto part = first_part(list.entries);
    CHECK(fits({part, {}, {}}));
    const auto taken = part.entries.size();
    REQUIRE(taken > 0);
    REQUIRE(taken < list.entries.size());
    CHECK(std::equal(part.entries.begin(), part.entries.end(), list.entries.begin()));
    part.entries.push_back(list.entries[taken]);
    CHECK(encode({part, {}, {}}).size() > longest_message_bytes - 4'096);
    CHECK(first_part({}).entries.empty());

    const std::vector<Presence> short_ones(most_in_a_list + 10);
    CHECK(first_part(short_ones).entries.size() <= most_in_a_list);
}

TEST_CASE("codec errors explain themselves") {
    for (const auto error : {CodecError::not_json, CodecError::too_large, CodecError::too_deep,
                             CodecError::unknown_type, CodecError::bad_field}) {
        const ErrorCode code = error;
        CHECK(std::string(code.category().name()) == "pronto.control");
        CHECK(code.message().find("message") != std::string::npos);
    }
}
