#include "repeater/web/checks.hpp"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "repeater/hub/attempts.hpp"
#include "repeater/net/problem.hpp"
#include "repeater/web/answers.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::web {

namespace {

namespace json = boost::json;
using control::Code;
using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view root = "/api/v1/check";
constexpr std::string_view download_path = "/api/v1/check/download";
constexpr std::string_view upload_path = "/api/v1/check/upload";
constexpr auto minute = std::chrono::seconds(60);

HttpResponse too_many() {
    auto response = net::problem_response(Code::too_many_attempts, "Too many connection tests came within a minute.",
                                          "Wait a minute.");
    response.retry_after_s = 60;
    return response;
}

}  // namespace

Checks::Checks(int node, const Clock& clock) : node_(node), clock_(clock), minute_began_(clock.now()) {}

std::optional<HttpResponse> Checks::answer(const HttpRequest& request) {
    if (request.path == root && request.method == "GET") return may(request.address, 0) ? look() : too_many();
    if (request.path == download_path && request.method == "GET") return download(request);
    if (request.path == upload_path && request.method == "POST") return upload(request);
    return std::nullopt;
}

bool Checks::may(const std::string& address, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (clock_.now() - minute_began_ >= minute) {
        minute_began_ = clock_.now();
        used_.clear();
        bytes_together_ = 0;
    }
    const auto network = hub::network_of(address);
    if (used_.size() >= most_networks && !used_.contains(network)) return false;
    auto& used = used_[network];
    if (used.requests >= most_requests || used.bytes + bytes > most_network_bytes ||
        bytes_together_ + bytes > most_bytes_together)
        return false;
    ++used.requests;
    used.bytes += bytes;
    bytes_together_ += bytes;
    return true;
}

HttpResponse Checks::look() const {
    return found({{"software", fmt::format("pronto-repeater {}", version)},
                  {"protocol", control::protocol_version},
                  {"node", node_}});
}

HttpResponse Checks::download(const HttpRequest& request) {
    const auto text = parameter(request.query, "bytes");
    std::size_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error != std::errc{} || end != text.data() + text.size() || bytes == 0 || bytes > most_bytes)
        return net::problem_response(Code::bad_request, fmt::format("\"bytes\" must lie between 1 and {}.", most_bytes),
                                     "");
    if (!may(request.address, bytes)) return too_many();
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.body = filling_.substr(0, bytes);
    return response;
}

HttpResponse Checks::upload(const HttpRequest& request) {
    if (!may(request.address, request.body.size())) return too_many();
    return found({{"bytes", request.body.size()}});
}

}  // namespace pronto::web
