#include "rfb-ext/tunnel/hub_answer.hpp"

#include <charconv>
#include <new>

#include <boost/json/parse.hpp>
#include <boost/json/static_resource.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"

namespace pronto::tunnel {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_words = 500;  // as the codec's limit for messages
constexpr std::size_t longest_token = 512;

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(json::string_view(key.data(), key.size()));
    const json::string* const text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

/// A JSON string of our own: Boost.JSON would leave copies of a password in memory that nobody wipes.
void append_quoted(std::string& to, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') to += '\\';
        if (code >= 0x20) {
            to += c;
            continue;
        }
        to += "\\u00";
        to += digits[code >> 4];
        to += digits[code & 15];
    }
    to += '"';
}

}  // namespace

std::string login_body(const Secret& user, const Secret& password) {
    std::string body;
    body.reserve(64 + 6 * (user.text().size() + password.text().size()));
    body += "{\"user\":";
    append_quoted(body, user.text());
    body += ",\"password\":";
    append_quoted(body, password.text());
    body += '}';
    return body;
}

std::optional<Secret> token_in(std::string_view body) {
    unsigned char room[8 * 1024];  // wiped below: the parsed value holds the token too
    std::string token;
    try {
        json::static_resource resource(room);
        json::error_code error;
        const json::value value = json::parse(json::string_view(body.data(), body.size()), error, &resource);
        if (!error && value.is_object()) token = text_at(value.get_object(), "token");
    } catch (const std::bad_alloc&) {
        token.clear();  // more than any answer to a log-in: no hub
    }
    wipe(std::span<Byte>(room));
    const bool plausible = !token.empty() && token.size() <= longest_token &&
                           token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
                               std::string::npos;  // RFC 6750 section 2.1
    if (!plausible) return std::nullopt;
    return Secret(std::move(token));
}

std::optional<ContentRange> content_range_in(std::string_view text) {
    constexpr std::string_view unit = "bytes ";
    if (!text.starts_with(unit)) return std::nullopt;
    const char* at = text.data() + unit.size();
    const char* const end = text.data() + text.size();
    const auto number = [&](char behind) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [stop, problem] = std::from_chars(at, end, value);
        if (problem != std::errc{} || (behind ? stop == end || *stop != behind : stop != end)) return std::nullopt;
        at = stop + (behind ? 1 : 0);
        return value;
    };
    const auto first = number('-');
    const auto last = first ? number('/') : std::nullopt;
    const auto size = last ? number('\0') : std::nullopt;
    if (!size || *first > *last || *last >= *size) return std::nullopt;
    return ContentRange{*first, *last - *first + 1, *size};
}

bool is_health(std::string_view body) {
    json::error_code error;
    const json::value value = json::parse(json::string_view(body.data(), body.size()), error);
    const json::object* const health = error ? nullptr : value.if_object();
    return health && text_at(*health, "status") == "ok" && health->contains("version") && health->contains("node");
}

LinkFailure failure_in(const Where& where, unsigned status, std::string_view body) {
    json::error_code error;
    const json::value value = json::parse(json::string_view(body.data(), body.size()), error);
    const json::object* const problem = error ? nullptr : value.if_object();
    if (!problem || !problem->contains("code")) return not_a_hub(where, fmt::format("its answer is HTTP {}", status));
    control::Error said;
    said.code = control::code_from(text_at(*problem, "code"));
    said.message = presentable(text_at(*problem, "message"), longest_words);
    said.remedy = presentable(text_at(*problem, "remedy"), longest_words);
    if (said.message.empty()) said.message = fmt::format("The hub {} refused ({}).", to_text(where.hub), where.step);
    return refused(std::move(said));
}

}  // namespace pronto::tunnel
