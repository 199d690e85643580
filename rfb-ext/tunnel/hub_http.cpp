#include "rfb-ext/tunnel/hub_http.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/tunnel/hub_answer.hpp"

namespace pronto::tunnel {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

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
    std::string body = login_body(user, password);
    std::string request = begin_request("POST", "/api/v1/login", hub, body.size());
    request += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.size());
    request += body;
    wipe(body);
    return request;
}

/// What stands behind the token.
std::string rest_head(const RestRequest& request) {
    std::string head = "\r\n";
    if (request.bytes > 0)
        head += fmt::format("Range: bytes={}-{}\r\n", request.first, request.first + request.bytes - 1);
    if (!request.body.empty()) head += "Content-Type: application/json\r\n";
    head += fmt::format("Content-Length: {}\r\n\r\n", request.body.size());
    return head;
}

struct Answer {
    unsigned status = 0;
    std::string upgrade;
    std::string range;
    bool keep_alive = false;
    std::string body;
    Bytes early;
};

Answer taken_from(Parser& parser, const Buffer& buffer) {
    auto& message = parser.get();
    Answer answer;
    answer.status = message.result_int();
    answer.upgrade = std::string(message[http::field::upgrade]);
    answer.range = std::string(message[http::field::content_range]);
    answer.keep_alive = message.keep_alive();
    answer.body = message.body();
    wipe(message.body());
    const auto rest = buffer.cdata();
    const auto* const first = static_cast<const Byte*>(rest.data());
    answer.early.assign(first, first + rest.size());
    return answer;
}

/// Sends the request, wipes it, and reads one answer.
asio::awaitable<Linked<Answer>> ask(TlsStream& stream, Where where, std::string request,
                                    std::uint64_t longest_body = longest_body_bytes) {
    const auto sent = co_await stream.write(as_bytes(request));
    wipe(request);
    if (!sent) co_return lost(where, in_words(sent.error()));
    Buffer buffer(longest_head_bytes + longest_body_bytes);
    Parser parser;
    parser.header_limit(longest_head_bytes);
    parser.body_limit(longest_body);
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error, bytes] = co_await http::async_read(stream, buffer, parser, token);
    const bool is_http_error = error.category() == http::make_error_code(http::error::bad_version).category();
    if (is_http_error && error != http::error::end_of_stream && error != http::error::partial_message)
        co_return not_a_hub(where, error.message());
    if (error) co_return lost(where, is_http_error ? in_words(asio::error::eof) : in_words(error));
    Answer answer = taken_from(parser, buffer);
    co_return std::move(answer);
}

}  // namespace

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

asio::awaitable<Linked<RestAnswer>> ask_rest(Route route, std::shared_ptr<Lifeline> line, TlsStream& stream,
                                             RestRequest request, Secret token, bool& kept) {
    kept = false;
    Where where = route.where("asking");
    where.limit *= 3;
    const Step step(stream.get_executor(), line, where.limit, [&stream] { stream.close(); });
    const std::string head = rest_head(request);
    std::string text = begin_request(request.method, request.target, route.hub,
                                     head.size() + request.body.size() + token.text().size() + 64);
    text += "Authorization: Bearer ";
    text += token.text();
    text += head;
    text += request.body;
    auto answer = co_await ask(stream, where, std::move(text), longest_rest_answer);
    wipe(text);
    if (step.is_missed()) co_return timed_out(where);
    if (!answer) co_return answer.error();
    kept = answer->keep_alive && answer->early.empty();
    RestAnswer said;
    said.status = answer->status;
    said.body = std::move(answer->body);
    said.range = content_range_in(answer->range);
    co_return std::move(said);
}

asio::awaitable<Linked<bool>> answers_as_hub(Route route, std::shared_ptr<Lifeline> line, TlsStream& stream) {
    const Where where = route.where("asking whether it is a hub");
    const Step step(stream.get_executor(), line, route.times.step, [&stream] { stream.close(); });
    std::string request = begin_request("GET", "/healthz", route.hub, 0) + "\r\n";
    const auto answer = co_await ask(stream, where, std::move(request));
    if (step.is_missed()) co_return timed_out(where);
    if (!answer) co_return answer.error();
    if (answer->status != 200 || !answer->keep_alive || !is_health(answer->body))
        co_return not_a_hub(where, fmt::format("its answer is HTTP {}", answer->status));
    co_return true;
}

namespace {

constexpr unsigned upgrade_required = 426;

/// What became of a raw upgrade that failed.
enum class Broken {
    no,          ///< the hub said no, or was not reached
    perhaps,     ///< no answer: the network's fault, or that of something on the way that knows only WebSocket
    by_another,  ///< what answered was no hub, or a hub that saw no upgrade
};

asio::awaitable<Linked<Upgraded>> upgrade_raw(Route route, std::shared_ptr<Lifeline> line, std::string target, Secret token, Broken& broken) {
    auto stream = co_await dial(route, line);
    if (!stream) co_return stream.error();
    const Where where = route.where("opening the stream");
    const Step step(stream->get_executor(), line, route.times.step, [&stream] { stream->close(); });
    std::string request = begin_request("GET", target, route.hub, token.text().size());
    request += "Connection: Upgrade\r\nUpgrade: pronto-stream\r\nAuthorization: Bearer ";
    request += token.text();
    request += "\r\n\r\n";
    auto answer = co_await ask(*stream, where, std::move(request));
    wipe(request);
    broken = Broken::perhaps;
    if (step.is_missed()) co_return timed_out(where);
    if (!answer) {
        if (answer.error().kind == LinkFailure::Kind::protocol) broken = Broken::by_another;
        co_return answer.error();
    }
    broken = Broken::by_another;
    if (answer->status != 101) {
        LinkFailure failure = failure_in(where, answer->status, answer->body);
        if (answer->status != upgrade_required && failure.kind != LinkFailure::Kind::protocol) broken = Broken::no;
        co_return std::move(failure);
    }
    if (!beast::iequals(answer->upgrade, "pronto-stream")) co_return not_a_hub(where, "it upgraded to something else");
    broken = Broken::no;
    Upgraded upgraded{StreamLeg(std::move(*stream)), std::move(answer->early)};
    co_return std::move(upgraded);
}

}  // namespace

asio::awaitable<Linked<Upgraded>> upgrade_to_stream(Route route, std::shared_ptr<Lifeline> line, std::string session,
                                                    std::string stream_name, Secret token) {
    const std::string target = fmt::format("/api/v1/sessions/{}/streams/{}", session, stream_name);
    std::optional<LinkFailure> why_not_raw;
    Broken broken = Broken::no;
    if (!route.ways || !route.ways->wants_websocket()) {
        auto raw = co_await upgrade_raw(route, line, target, token, broken);
        if (raw && route.ways) route.ways->note_raw();
        if (raw || broken == Broken::no || line->is_cut()) co_return std::move(raw);
        why_not_raw = raw.error();
    }
    auto messages = co_await upgrade_to_messages(route, line, target, token);
    // A refusal is the hub's own: WebSocket got there, only the token was used up by the first try. The next one is due soon.
    const bool passes = messages || messages.error().kind == LinkFailure::Kind::refused;
    const bool is_sure = broken == Broken::by_another && messages;
    if (why_not_raw && passes && route.ways && (is_sure || route.ways->is_raw_doubted_again())) {
        log::info("something on the way to the hub {} breaks streams: they go by WebSocket now", to_text(route.hub));
        route.ways->note_websocket();
    }
    if (!messages && why_not_raw) co_return std::move(*why_not_raw);
    if (!messages) co_return messages.error();
    Upgraded upgraded{std::move(*messages), {}};
    co_return std::move(upgraded);
}

}  // namespace pronto::tunnel
