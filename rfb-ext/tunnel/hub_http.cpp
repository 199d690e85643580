#include "rfb-ext/tunnel/hub_http.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/static_resource.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"

namespace pronto::tunnel {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

using Parser = http::response_parser<http::string_body>;

/// The hub's answers hold tokens.
template <class T>
struct WipingAllocator {
    using value_type = T;
    WipingAllocator() = default;
    template <class U>
    WipingAllocator(const WipingAllocator<U>&) {}
    T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T* at, std::size_t count) {
        wipe({reinterpret_cast<Byte*>(at), count * sizeof(T)});
        std::allocator<T>().deallocate(at, count);
    }
    bool operator==(const WipingAllocator&) const = default;
};
using Buffer = beast::basic_flat_buffer<WipingAllocator<char>>;

constexpr std::uint32_t longest_head_bytes = 8 * 1024;
constexpr std::uint64_t longest_body_bytes = 64 * 1024;
constexpr std::size_t longest_words = 500;  // as the codec's limit for messages

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

/// The head's first lines, which every request has. `room` is reserved so that no secret is left behind by growing.
std::string begin_request(std::string_view method, std::string_view target, const HubAddress& hub, std::size_t room) {
    std::string request;
    request.reserve(512 + target.size() + room);
    for (const std::string_view part : {method, std::string_view(" "), target, std::string_view(" HTTP/1.1\r\nHost: ")})
        request += part;
    request += to_text(hub);
    request += "\r\nUser-Agent: pronto/";
    request += version;
    request += "\r\n";
    return request;
}

std::string login_request(const HubAddress& hub, const Secret& user, const Secret& password) {
    std::string body;
    body.reserve(64 + 6 * (user.text().size() + password.text().size()));
    body += "{\"user\":";
    append_quoted(body, user.text());
    body += ",\"password\":";
    append_quoted(body, password.text());
    body += '}';
    std::string request = begin_request("POST", "/api/v1/login", hub, body.size());
    request += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.size());
    request += body;
    wipe(body);
    return request;
}

struct Answer {
    unsigned status = 0;
    std::string upgrade;
    std::string body;
    Bytes early;
};

Answer taken_from(Parser& parser, const Buffer& buffer) {
    auto& message = parser.get();
    Answer answer;
    answer.status = message.result_int();
    answer.upgrade = std::string(message[http::field::upgrade]);
    answer.body = message.body();
    wipe(message.body());
    const auto rest = buffer.cdata();
    const auto* const first = static_cast<const Byte*>(rest.data());
    answer.early.assign(first, first + rest.size());
    return answer;
}

/// Sends the request, wipes it, and reads one answer.
asio::awaitable<Linked<Answer>> ask(TlsStream& stream, Where where, std::string request) {
    const auto sent = co_await stream.write(as_bytes(request));
    wipe(request);
    if (!sent) co_return lost(where, in_words(sent.error()));
    Buffer buffer(longest_head_bytes + longest_body_bytes);
    Parser parser;
    parser.header_limit(longest_head_bytes);
    parser.body_limit(longest_body_bytes);
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error, bytes] = co_await http::async_read(stream, buffer, parser, token);
    const bool is_http_error = error.category() == http::make_error_code(http::error::bad_version).category();
    if (is_http_error && error != http::error::end_of_stream && error != http::error::partial_message)
        co_return not_a_hub(where, error.message());
    if (error) co_return lost(where, is_http_error ? in_words(asio::error::eof) : in_words(error));
    Answer answer = taken_from(parser, buffer);
    co_return std::move(answer);
}

std::optional<Secret> token_in(const std::string& body) {
    unsigned char room[8 * 1024];  // wiped below: the parsed value holds the token too
    std::string token;
    try {
        json::static_resource resource(room);
        json::error_code error;
        const json::value value = json::parse(body, error, &resource);
        if (!error && value.is_object()) token = text_at(value.get_object(), "token");
    } catch (const std::bad_alloc&) {
        token.clear();  // more than any answer to a log-in: no hub
    }
    wipe(std::span<Byte>(room));
    const bool plausible = !token.empty() && token.size() <= 512 &&
                           token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
                               std::string::npos;  // RFC 6750 section 2.1
    if (!plausible) return std::nullopt;
    return Secret(std::move(token));
}

}  // namespace

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

asio::awaitable<Linked<Secret>> log_in(Route route, std::shared_ptr<Lifeline> line, Secret user, Secret password) {
    auto stream = co_await dial(route, line);
    if (!stream) co_return stream.error();
    const Where where = route.where("logging in");
    const Step step(stream->get_executor(), line, route.times.step, [&stream] { stream->close(); });
    std::string request = login_request(route.hub, user, password);
    auto answer = co_await ask(*stream, where, std::move(request));
    wipe(request);
    if (step.is_missed()) co_return timed_out(where);
    if (!answer) co_return answer.error();
    stream->close_gracefully();
    if (answer->status != 200) co_return failure_in(where, answer->status, answer->body);
    const auto token = token_in(answer->body);
    wipe(answer->body);
    if (!token) co_return not_a_hub(where, "its answer holds no token");
    co_return *token;
}

asio::awaitable<Linked<Upgraded>> upgrade_to_stream(Route route, std::shared_ptr<Lifeline> line, std::string session,
                                                    std::string stream_name, Secret token) {
    auto stream = co_await dial(route, line);
    if (!stream) co_return stream.error();
    const Where where = route.where("opening the stream");
    const Step step(stream->get_executor(), line, route.times.step, [&stream] { stream->close(); });
    const std::string target = fmt::format("/api/v1/sessions/{}/streams/{}", session, stream_name);
    std::string request = begin_request("GET", target, route.hub, token.text().size());
    request += "Connection: Upgrade\r\nUpgrade: pronto-stream\r\nAuthorization: Bearer ";
    request += token.text();
    request += "\r\n\r\n";
    auto answer = co_await ask(*stream, where, std::move(request));
    wipe(request);
    if (step.is_missed()) co_return timed_out(where);
    if (!answer) co_return answer.error();
    if (answer->status != 101) co_return failure_in(where, answer->status, answer->body);
    if (!beast::iequals(answer->upgrade, "pronto-stream")) co_return not_a_hub(where, "it upgraded to something else");
    Upgraded upgraded{std::move(*stream), std::move(answer->early)};
    co_return std::move(upgraded);
}

}  // namespace pronto::tunnel
