#include "rfb-ext/tunnel/check.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include "rfb-ext/tunnel/hub_answer.hpp"
#include "rfb-ext/tunnel/hub_http.hpp"

namespace pronto::tunnel {

namespace {

namespace json = boost::json;
using Kind = CheckStep::Kind;
using Seconds = std::chrono::duration<double>;

constexpr int round_trips = 5;
constexpr std::size_t first_download_bytes = 32 * 1024, most_download_bytes = 256 * 1024;
constexpr std::size_t upload_bytes = 64 * 1024;  ///< the longest body of a request
constexpr int most_uploads = 4;
/// A line that takes longer for the first bytes is measured by them alone.
constexpr Seconds slow{0.5};

CheckStep::Kind step_of(DialStep::Kind kind) {
    switch (kind) {
        case DialStep::Kind::name:
            return Kind::name;
        case DialStep::Kind::port:
            return Kind::port;
        case DialStep::Kind::proxy:
            return Kind::proxy;
        case DialStep::Kind::proxy_password:
            return Kind::proxy_password;
        case DialStep::Kind::tls:
            return Kind::tls;
    }
    return Kind::port;
}

/// At which step a dialling that failed without a word about it did.
CheckStep::Kind step_of(LinkFailure::Kind kind) {
    switch (kind) {
        case LinkFailure::Kind::untrusted:
            return Kind::tls;
        case LinkFailure::Kind::proxy:
            return Kind::proxy;
        case LinkFailure::Kind::proxy_password:
            return Kind::proxy_password;
        case LinkFailure::Kind::unreachable:
            return Kind::port;
        case LinkFailure::Kind::refused:
        case LinkFailure::Kind::lost:
        case LinkFailure::Kind::protocol:
            return Kind::hub;
    }
    return Kind::hub;
}

std::string rate_in_words(double bytes_per_s) {
    const double bits = bytes_per_s * 8;
    return bits >= 1e6 ? fmt::format("{:.1f} Mbit/s", bits / 1e6) : fmt::format("{:.0f} kbit/s", bits / 1e3);
}

}  // namespace

class Check::Impl {
public:
    Impl(CheckOrder order, Events events)
        : order_(std::move(order)),
          events_(std::move(events)),
          tls_(client_context(order_.trust)),
          ways_(make_ways(order_.network, order_.hub)) {
        report_.hub = order_.hub;
        asio::co_spawn(io_, run(), rethrow);
        worker_ = std::thread([this] { io_.run(); });
    }
    ~Impl() {
        broken_off_ = true;
        asio::post(io_, [this] { line_->cut(); });
        worker_.join();
    }

private:
    struct Measured {
        RestAnswer answer;
        Seconds took;
    };

    Route route() {
        const auto heard = [this](const DialStep& step) {
            tell({step_of(step.kind), step.what, step.took, step.done, step.detail, {}});
        };
        return {order_.hub, tls_.get(), !order_.trust.pins.empty(), order_.times, heard, ways_};
    }

    asio::awaitable<void> run() {
        auto trouble = co_await steps();
        if (trouble) report_.failure = std::move(trouble);
        stream_.reset();
        if (!broken_off_) events_.done(report_);
    }

    /// Each one says itself how it ended; nothing: all went well.
    asio::awaitable<std::optional<LinkFailure>> steps() {
        auto dialled = co_await dial(route(), line_);
        if (!dialled) co_return say_why_not(dialled.error());
        stream_.emplace(std::move(*dialled));
        if (auto trouble = co_await ask_who_is_there()) co_return trouble;
        if (auto trouble = co_await time_round_trips()) co_return trouble;
        if (auto trouble = co_await time_download()) co_return trouble;
        co_return co_await time_upload();
    }

    LinkFailure say_why_not(const LinkFailure& failure) {
        auto& steps = report_.steps;
        if (!held_) tell({step_of(failure.kind), {}, {}, false, failure.error.message, {}});
        held_ = true;
        steps.back().remedy = failure.error.remedy;
        tell_held();
        return failure;
    }

    asio::awaitable<std::optional<LinkFailure>> ask_who_is_there() {
        RestRequest request{"GET", "/api/v1/check"};
        const auto asked = co_await ask(std::move(request));
        if (!asked) co_return failed(Kind::hub, asked.error());
        boost::system::error_code error;
        const auto value = json::parse(asked->answer.body, error);
        const auto* object = error ? nullptr : value.if_object();
        const auto* software = object ? object->if_contains("software") : nullptr;
        const auto* protocol = object ? object->if_contains("protocol") : nullptr;
        const auto* node = object ? object->if_contains("node") : nullptr;
        if (!software || !software->is_string() || !protocol || !protocol->is_int64() || !node || !node->is_int64())
            co_return failed(Kind::hub, not_a_hub(route().where("asking"), "it does not know this test"));
        report_.protocol = static_cast<int>(protocol->get_int64());
        report_.node = static_cast<int>(node->get_int64());
        report_.software = std::string(software->get_string());
        if (report_.protocol != control::protocol_version) co_return failed(Kind::hub, another_version());
        tell({Kind::hub,
              {},
              std::chrono::duration_cast<Millis>(asked->took),
              true,
              fmt::format("{}, protocol {}, node {}", report_.software, report_.protocol, report_.node),
              {}});
        co_return std::nullopt;
    }

    LinkFailure another_version() {
        return not_a_hub(route().where("asking"),
                         fmt::format("it speaks version {} of the protocol, this program version {}", report_.protocol,
                                     control::protocol_version));
    }

    asio::awaitable<std::optional<LinkFailure>> time_round_trips() {
        std::vector<Seconds> times;
        for (int i = 0; i < round_trips; ++i) {
            RestRequest request{"GET", "/api/v1/check"};
            const auto asked = co_await ask(std::move(request));
            if (!asked) co_return failed(Kind::round_trip, asked.error());
            times.push_back(asked->took);
        }
        std::sort(times.begin(), times.end());
        round_trip_ = times[times.size() / 2];
        report_.round_trip_ms = round_trip_.count() * 1e3;
        measured(Kind::round_trip, fmt::format("{:.1f} ms", *report_.round_trip_ms));
        co_return std::nullopt;
    }

    asio::awaitable<std::optional<LinkFailure>> time_download() {
        for (const auto bytes : {first_download_bytes, most_download_bytes}) {
            RestRequest request{"GET", fmt::format("/api/v1/check/download?bytes={}", bytes)};
            const auto asked = co_await ask(std::move(request));
            if (!asked) co_return failed(Kind::download, asked.error());
            report_.download_bytes_per_s = rate(asked->answer.body.size(), asked->took, 1);
            if (asked->took > slow) break;
        }
        measured(Kind::download, rate_in_words(*report_.download_bytes_per_s));
        co_return std::nullopt;
    }

    asio::awaitable<std::optional<LinkFailure>> time_upload() {
        Seconds took{};
        int uploads = 0;
        for (; uploads < most_uploads && took < slow; ++uploads) {
            RestRequest request{"POST", "/api/v1/check/upload", std::string(upload_bytes, '.')};
            const auto asked = co_await ask(std::move(request));
            if (!asked) co_return failed(Kind::upload, asked.error());
            took += asked->took;
        }
        report_.upload_bytes_per_s = rate(upload_bytes * static_cast<std::size_t>(uploads), took, uploads);
        measured(Kind::upload, rate_in_words(*report_.upload_bytes_per_s));
        co_return std::nullopt;
    }

    asio::awaitable<Linked<Measured>> ask(RestRequest request) {
        bool kept = false;
        if (!stream_) co_return lost(route().where("asking"), "the hub closed it");
        const auto began = std::chrono::steady_clock::now();
        auto answer = co_await ask_rest(route(), line_, *stream_, std::move(request), Secret{}, kept);
        const Seconds took = std::chrono::steady_clock::now() - began;
        if (!kept) stream_.reset();
        if (!answer) co_return answer.error();
        if (answer->status != 200) co_return failure_in(route().where("asking"), answer->status, answer->body);
        Measured measured{std::move(*answer), took};
        co_return std::move(measured);
    }

    /// A request's time without the way there and back, but never so little that it would say more than was measured.
    double rate(std::size_t bytes, Seconds took, int requests) const {
        const auto alone = std::max(took - round_trip_ * requests, took / 4);
        return static_cast<double>(bytes) / std::max(alone, Seconds(1e-6)).count();
    }

    LinkFailure failed(CheckStep::Kind kind, const LinkFailure& failure) {
        tell({kind, {}, {}, false, failure.error.message, failure.error.remedy});
        return failure;
    }
    void measured(CheckStep::Kind kind, std::string detail) { tell({kind, {}, {}, true, std::move(detail), {}}); }
    void tell(CheckStep step) {
        // Each port that is tried looks the same name up again.
        const auto said = [&](const CheckStep& each) {
            return each.kind == Kind::name && each.what == step.what && each.detail == step.detail;
        };
        if (step.kind == Kind::name && step.done && std::any_of(report_.steps.begin(), report_.steps.end(), said))
            return;
        tell_held();
        report_.steps.push_back(std::move(step));
        held_ = true;
        // What failed on the way there is told with what to do about it, which dial() says in the end.
        const auto& last = report_.steps.back();
        if (last.done || last.kind > Kind::tls) tell_held();
    }
    void tell_held() {
        if (std::exchange(held_, false) && !broken_off_) events_.step(report_.steps.back());
    }

    const CheckOrder order_;
    const Events events_;
    const TlsContext tls_;
    const std::shared_ptr<Ways> ways_;
    CheckReport report_;
    bool held_ = false;  ///< the last step is not told yet
    Seconds round_trip_{};
    asio::io_context io_{1};
    const std::shared_ptr<Lifeline> line_ = std::make_shared<Lifeline>();
    std::optional<TlsStream> stream_;
    std::atomic<bool> broken_off_{false};
    std::thread worker_;
};

Check::Check(CheckOrder order, Events events) : impl_(std::make_unique<Impl>(std::move(order), std::move(events))) {}
Check::~Check() = default;

CheckReport check(const CheckOrder& order, const std::function<void(const CheckStep&)>& heard) {
    std::promise<CheckReport> promise;
    Check::Events events;
    events.step = heard;
    events.done = [&promise](const CheckReport& report) { promise.set_value(report); };
    const Check running(order, std::move(events));
    return promise.get_future().get();
}

}  // namespace pronto::tunnel
