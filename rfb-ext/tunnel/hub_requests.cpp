#include "rfb-ext/tunnel/hub_requests.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>

#include "rfb-ext/tunnel/hub_answer.hpp"

namespace pronto::tunnel {

namespace {

/// The hub ends a connection that asks nothing for 30 s: one that is nearly as old is not worth trying.
constexpr Millis longest_kept{20'000};

bool can_stand_in_a_request(const std::string& target) {
    return !target.empty() && std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

HubRequests::HubRequests(asio::any_io_executor executor, Route route)
    : executor_(std::move(executor)), route_(std::move(route)) {}

void HubRequests::ask(Asked asked) {
    waiting_.push_back(std::move(asked));
    if (std::exchange(running_, true)) return;
    asio::co_spawn(executor_, run(shared_from_this()), rethrow);
}

void HubRequests::cut() {
    line_->cut();
    waiting_.clear();
    if (!running_) stream_.reset();
}

asio::awaitable<void> HubRequests::run(std::shared_ptr<HubRequests> self) {
    while (!self->waiting_.empty()) {
        const Asked asked = std::move(self->waiting_.front());
        self->waiting_.pop_front();
        const auto answer = co_await self->answer_to(asked.request, asked.token);
        if (self->line_->is_cut()) break;
        if (!answer)
            asked.failed(answer.error());
        else if (answer->status >= 300)
            asked.failed(failure_in(self->route_.where("asking"), answer->status, answer->body));
        else
            asked.answered(*answer);
    }
    if (self->line_->is_cut()) self->stream_.reset();
    self->running_ = false;
}

/// A hub that ended a kept connection a moment ago has not seen the request: a look may be repeated.
asio::awaitable<Linked<RestAnswer>> HubRequests::answer_to(RestRequest request, Secret token) {
    if (!can_stand_in_a_request(request.target)) {
        LinkFailure failure;
        failure.kind = LinkFailure::Kind::protocol;
        failure.error = {control::Code::bad_request, "The hub has no such address.", "Try something else."};
        co_return failure;
    }
    const bool fresh = !stream_;
    auto first = co_await try_once(request, token);
    const bool again = !first && !fresh && request.method == "GET" && first.error().kind == LinkFailure::Kind::lost;
    if (!again || line_->is_cut()) co_return std::move(first);
    co_return co_await try_once(std::move(request), std::move(token));
}

asio::awaitable<Linked<RestAnswer>> HubRequests::try_once(RestRequest request, Secret token) {
    if (stream_ && (request.method != "GET" || std::chrono::steady_clock::now() - kept_since_ > longest_kept))
        stream_.reset();
    if (!stream_) {
        auto dialled = co_await dial(route_, line_);
        if (!dialled) co_return dialled.error();
        stream_.emplace(std::move(*dialled));
    }
    bool kept = false;
    auto answer = co_await ask_rest(route_, line_, *stream_, std::move(request), std::move(token), kept);
    if (!kept) stream_.reset();
    kept_since_ = std::chrono::steady_clock::now();
    co_return std::move(answer);
}

}  // namespace pronto::tunnel
