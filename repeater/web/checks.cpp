#include "repeater/web/checks.hpp"

#include <algorithm>
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

Checks::Answer too_many() {
    auto response = net::problem_response(Code::too_many_attempts, "Too many connection tests came within a minute.",
                                          "Wait a minute.");
    response.retry_after_s = 60;
    return {std::move(response)};
}

}  // namespace

Checks::Checks(int node, const Clock& clock) : node_(node), clock_(clock), minute_began_(clock.now()) {}

std::optional<Checks::Answer> Checks::answer(const HttpRequest& request) {
    if (request.path == root && request.method == "GET") return look(request);
    if (request.path == download_path && request.method == "GET") return download(request);
    if (request.path == upload_path && request.method == "POST") return upload(request);
    return std::nullopt;
}

std::optional<Millis> Checks::may(const std::string& address, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (clock_.now() - minute_began_ >= minute) {
        minute_began_ = clock_.now();
        used_.clear();
        networks_.clear();
        bytes_together_ = 0;
    }
    auto& used = used_by(hub::network_of(address));
    if (used.requests >= most_requests || used.bytes + bytes > most_network_bytes) return std::nullopt;
    ++used.requests;
    used.bytes += bytes;
    return turn(bytes);
}

Checks::Used& Checks::used_by(const std::string& network) {
    const auto known = used_.find(network);
    if (known != used_.end()) return known->second;
    if (networks_.size() >= most_networks) {
        used_.erase(networks_.front());
        networks_.pop_front();
    }
    networks_.push_back(network);
    return used_[network];
}

/// Once the minute's bytes are used up, transfers follow each other as if its bytes were spread over it.
Millis Checks::turn(std::size_t bytes) {
    bytes_together_ += bytes;
    if (bytes == 0 || bytes_together_ <= most_bytes_together) return Millis(0);
    const auto now = clock_.now();
    const auto at = std::clamp<SteadyTime>(next_turn_, now, now + longest_wait);
    next_turn_ = at + std::chrono::microseconds(minute) * bytes / most_bytes_together;
    return std::chrono::ceil<Millis>(at - now);
}

Checks::Answer Checks::look(const HttpRequest& request) {
    const auto wait = may(request.address, 0);
    if (!wait) return too_many();
    return {found({{"software", fmt::format("pronto-repeater {}", version)},
                   {"protocol", control::protocol_version},
                   {"node", node_}}),
            *wait};
}

Checks::Answer Checks::download(const HttpRequest& request) {
    const auto text = parameter(request.query, "bytes");
    std::size_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error != std::errc{} || end != text.data() + text.size() || bytes == 0 || bytes > most_bytes)
        return {net::problem_response(Code::bad_request, fmt::format("\"bytes\" must lie between 1 and {}.", most_bytes), "")};
    const auto wait = may(request.address, bytes);
    if (!wait) return too_many();
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.body = filling_.substr(0, bytes);
    return {std::move(response), *wait};
}

Checks::Answer Checks::upload(const HttpRequest& request) {
    const auto wait = may(request.address, request.body.size());
    if (!wait) return too_many();
    return {found({{"bytes", request.body.size()}}), *wait};
}

}  // namespace pronto::web
