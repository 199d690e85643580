#include "repeater/web/answers.hpp"

#include <charconv>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "repeater/net/problem.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::web {

namespace json = boost::json;
using control::Code;
using net::HttpResponse;
using net::problem_response;

HttpResponse found(const json::object& body, int status) {
    HttpResponse response;
    response.status = status;
    response.body = json::serialize(body);
    return response;
}

HttpResponse not_found() {
    return problem_response(Code::not_found, "There is nothing under this address.", "");
}

HttpResponse busy() {
    auto response = problem_response(Code::overloaded, "The hub has too much to do.", "Try again in a few seconds.");
    response.retry_after_s = 3;
    return response;
}

HttpResponse internal() {
    return problem_response(Code::internal, "The hub could not do this; its log says why.",
                            "Ask the hub's administrator.");
}

HttpResponse unauthorized() {
    return problem_response(Code::unauthorized, "This needs a log-in, or the log-in has expired.", "Log in again.");
}

std::optional<json::object> object_from(const std::string& body) {
    ErrorCode error;
    json::parse_options options;
    options.max_depth = 4;
    auto value = json::parse(body, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::string parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=')
            return percent_decoded(pair.substr(name.size() + 1)).value_or("");
    }
    return {};
}

std::optional<int> page_limit(std::string_view query, int otherwise) {
    const auto text = parameter(query, "limit");
    if (text.empty()) return otherwise;
    int limit = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (problem != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > 500) return std::nullopt;
    return limit;
}

}  // namespace pronto::web
