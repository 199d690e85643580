#include "rfb-ext/tunnel/hub_link.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/bridge.hpp"
#include "rfb-ext/tunnel/hub_requests.hpp"
#include "rfb-ext/tunnel/network_watch.hpp"
#include "rfb-ext/tunnel/visit.hpp"

namespace pronto::tunnel {

namespace {

/// What a message that is sent makes of a session.
struct Outcome {
    std::string begins;  ///< the one that it agrees to
    std::string ends;
};

Outcome outcome_of(const control::Message& message) {
    Outcome made;
    if (const auto* end = std::get_if<control::SessionEnd>(&message)) made.ends = end->session;
    if (const auto* answer = std::get_if<control::SessionAnswer>(&message); answer && answer->granted) made.begins = answer->session;
    return made;
}

}  // namespace

/// Everything but the constructor, the destructor and the public calls happens on the worker thread.
class HubLink::Impl {
public:
    Impl(HubAddress address, Trust trust, Events events, LinkTimes times, NetworkSettings network)
        : events_(std::move(events)),
          context_(client_context(trust)),
          route_{address, context_.get(), !trust.pins.empty(), times, {}, make_ways(std::move(network), address)},
          worker_([this] { io_.run(); }) {}

    ~Impl() {
        asio::post(io_, [this] {
            close();
            watch_.reset();
            work_.reset();
        });
        worker_.join();
    }

    template <class Function>
    void post(Function function) {
        asio::post(io_, std::move(function));
    }
    std::uint64_t next_id() { return ++last_id_; }

    void open(control::Hello hello, std::optional<Credentials> credentials, Lasting lasting, std::optional<Resume> from);
    void retry_now();
    void use_proxy(ProxySettings proxy);
    void send(std::uint64_t id, std::string json, Outcome outcome);
    void open_stream(control::SessionStream stream, Secret token, Preface preface, BridgeCalls calls);
    void request(HubRequests::Asked asked);
    void close();

private:
    asio::awaitable<void> run(std::shared_ptr<Visit> visit);
    asio::awaitable<LinkFailure> connection(std::shared_ptr<Visit> visit);
    asio::awaitable<LinkFailure> listen(std::shared_ptr<Visit> visit);
    asio::awaitable<void> rest(std::shared_ptr<Visit> visit, Millis pause);
    asio::awaitable<void> run_stream(std::shared_ptr<Lifeline> line, control::SessionStream stream, Secret token, Preface preface,
                                     BridgeCalls calls);
    void welcome(Visit& visit, const control::Welcome& welcome);
    void leave(std::shared_ptr<Visit> visit);
    void network_changed();
    void cut_streams();

    const Events events_;
    const TlsContext context_;
    const Route route_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
    std::atomic<std::uint64_t> last_id_{0};
    std::shared_ptr<Visit> visit_;
    std::vector<std::weak_ptr<Lifeline>> streams_;
    std::shared_ptr<HubRequests> requests_;
    std::unique_ptr<NetworkWatch> watch_;  ///< once something lasts
    std::thread worker_;
};

void HubLink::Impl::open(control::Hello hello, std::optional<Credentials> credentials, Lasting lasting,
                         std::optional<Resume> from) {
    leave(std::exchange(visit_, nullptr));
    auto who = from ? Membership::resumed(std::move(hello), *from) : Membership(std::move(hello), lasting);
    if (!who) {
        const LinkFailure failure = refused({control::Code::cannot_resume, "What was kept of the last connection cannot be read.",
                                             "Ask your technician for a new ticket."});
        if (events_.failed) events_.failed(failure);
        return;
    }
    if (from) lasting = Lasting::yes;
    if (lasting == Lasting::yes && !watch_) watch_ = std::make_unique<NetworkWatch>(io_.get_executor(), [this] { network_changed(); });
    visit_ = std::make_shared<Visit>(io_.get_executor(), std::move(*who), lasting, route_.times);
    visit_->credentials = std::move(credentials);
    visit_->comes_back = from.has_value();
    visit_->lost_at = std::chrono::steady_clock::now();
    asio::co_spawn(io_, run(visit_), rethrow);
}

asio::awaitable<void> HubLink::Impl::run(std::shared_ptr<Visit> visit) {
    for (;;) {
        const LinkFailure failure = co_await connection(visit);
        if (visit_ != visit) co_return;  // closed, or opened anew: nobody waits for this one's end
        const bool goes_on = visit->comes_back && visit->membership.can_come_back() && is_worth_another_try(failure);
        if (!goes_on) {
            visit_.reset();
            if (events_.failed) events_.failed(failure);
            co_return;
        }
        const Millis pause = visit->pause_after(failure, std::chrono::steady_clock::now());
        cut_streams();  // the hub ends them: nobody may see through one what goes on in another
        log::debug("{} The next try comes in {} ms.", failure.error.message, pause.count());
        if (events_.interrupted) events_.interrupted(failure, pause);
        co_await rest(visit, pause);
        if (visit_ != visit) co_return;
    }
}

/// From dialling to its end, and why that came.
asio::awaitable<LinkFailure> HubLink::Impl::connection(std::shared_ptr<Visit> visit) {
    const Route route = visit->begin(route_, std::chrono::steady_clock::now());
    const auto line = visit->line;
    const auto welcomed = co_await enter(route, visit);
    LinkFailure failure;
    if (line->is_cut()) {
        failure = lost(route.where("connecting"), visit->why_cut);
    } else if (!welcomed) {
        failure = welcomed.error();
    } else {
        welcome(*visit, *welcomed);
        failure = co_await listen(visit);
    }
    visit->proof_of_life.stop();
    if (visit->channel) visit->channel->cut();
    co_return std::move(failure);
}

void HubLink::Impl::welcome(Visit& visit, const control::Welcome& welcome) {
    visit.welcomed = true;
    visit.at_once = false;
    visit.since = std::chrono::steady_clock::now();
    visit.membership.welcomed(welcome);
    visit.comes_back = visit.lasting == Lasting::yes;
    visit.say_partings();
    if (events_.opened) events_.opened(welcome);
    const auto resume = visit.comes_back ? visit.membership.resume() : std::nullopt;
    if (resume && events_.resumable) events_.resumable(*resume);
}

asio::awaitable<LinkFailure> HubLink::Impl::listen(std::shared_ptr<Visit> visit) {
    for (;;) {
        const auto received = co_await visit->channel->receive();
        if (!received && visit->last_words) co_return refused(*visit->last_words);
        if (!received && !visit->why_cut.empty()) co_return lost(route_.where("control channel"), visit->why_cut);
        if (!received) co_return received.error();
        if (visit_ != visit) continue;  // on our way out: the goodbye is what is left to hear
        if (std::exchange(visit->must_prove_life, false)) visit->proof_of_life.stop();
        if (std::holds_alternative<control::Pong>(received->message) || visit->settles_parting(*received)) continue;
        if (const auto* said = std::get_if<control::Refused>(&received->message); said && !received->re)
            visit->last_words = said->error;
        visit->note(received->message);
        if (events_.received) events_.received(*received);
    }
}

asio::awaitable<void> HubLink::Impl::rest(std::shared_ptr<Visit> visit, Millis pause) {
    visit->rests = true;
    visit->rest.expires_after(pause);
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await visit->rest.async_wait(token);
    visit->rests = false;
}

/// The hub hears a goodbye if it had said welcome; whatever else is under way is cut.
void HubLink::Impl::leave(std::shared_ptr<Visit> visit) {
    if (!visit) return;
    visit->proof_of_life.stop();
    visit->rest.cancel();
    if (visit->welcomed) asio::co_spawn(io_, visit->channel->say_goodbye(), rethrow);
    else visit->line->cut();
}

void HubLink::Impl::retry_now() {
    if (!visit_ || !visit_->comes_back) return;
    if (visit_->rests) visit_->rest.cancel();
    else visit_->at_once = !visit_->welcomed;
}

void HubLink::Impl::use_proxy(ProxySettings proxy) {
    route_.ways->use_proxy(std::move(proxy));
    retry_now();
}

/// A connection whose address is gone can only be silent; one whose way may have changed has to show that it lives.
void HubLink::Impl::network_changed() {
    if (!visit_ || !visit_->comes_back) return;
    visit_->backoff.reset();
    if (visit_->rests || !visit_->welcomed) {
        constexpr Millis young{1'000};
        const bool is_stale = !visit_->rests && std::chrono::steady_clock::now() - visit_->since > young;
        retry_now();
        if (!is_stale) return;
        visit_->why_cut = "this computer's network has changed";
        return visit_->line->cut();  // what it was waiting for was asked for by the old way
    }
    const auto ours = visit_->channel->local_address();
    if (ours && has_address(*ours)) {
        if (std::exchange(visit_->must_prove_life, true)) return;
        visit_->channel->send(control::encode({control::Ping{}, ++last_id_, std::nullopt}));
        return visit_->proof_of_life.set(visit_->times.proof_of_life);
    }
    visit_->why_cut = "this computer has another address now";
    visit_->at_once = true;
    visit_->channel->cut();
}

void HubLink::Impl::send(std::uint64_t id, std::string json, Outcome outcome) {
    if (!visit_) return;
    if (!outcome.begins.empty()) visit_->membership.agreed(outcome.begins);
    if (!outcome.ends.empty() && visit_->comes_back) visit_->part_from(outcome.ends, id, json);
    if (visit_->welcomed) visit_->channel->send(std::move(json));
}

void HubLink::Impl::open_stream(control::SessionStream stream, Secret token, Preface preface, BridgeCalls calls) {
    std::erase_if(streams_, [](const std::weak_ptr<Lifeline>& line) { return line.expired(); });
    const auto line = std::make_shared<Lifeline>();
    streams_.push_back(line);
    asio::co_spawn(io_, run_stream(line, std::move(stream), std::move(token), std::move(preface), std::move(calls)),
                   rethrow);
}

asio::awaitable<void> HubLink::Impl::run_stream(std::shared_ptr<Lifeline> line, control::SessionStream stream, Secret token,
                                                Preface preface, BridgeCalls calls) {
    auto upgraded = co_await upgrade_to_stream(route_, line, stream.session, stream.stream, std::move(token));
    if (line->is_cut()) co_return;
    if (!upgraded) {
        calls.failure(upgraded.error());
        co_return;
    }
    co_await bridge(route_, line, std::move(*upgraded), std::move(preface), std::move(calls));
}

void HubLink::Impl::request(HubRequests::Asked asked) {
    if (!visit_ || !visit_->welcomed || visit_->token.text().empty()) {
        LinkFailure failure = refused({control::Code::unauthorized, "You are not logged in.", "Log in again."});
        return asked.failed(failure);
    }
    asked.token = visit_->token;
    if (!requests_) requests_ = std::make_shared<HubRequests>(io_.get_executor(), route_);
    requests_->ask(std::move(asked));
}

void HubLink::Impl::close() {
    leave(std::exchange(visit_, nullptr));
    if (const auto requests = std::exchange(requests_, nullptr)) requests->cut();
    cut_streams();
}

void HubLink::Impl::cut_streams() {
    for (const auto& stream : std::exchange(streams_, {}))
        if (const auto line = stream.lock()) line->cut();
}

HubLink::HubLink(HubAddress address, Trust trust, Events events, LinkTimes times, NetworkSettings network)
    : impl_(std::make_unique<Impl>(std::move(address), std::move(trust), std::move(events), times, std::move(network))) {}

HubLink::~HubLink() = default;

void HubLink::open(control::Hello hello, std::optional<Login> login, Lasting lasting, std::optional<Resume> from) {
    std::optional<Credentials> credentials;
    if (login) credentials = Credentials{Secret(std::move(login->user)), Secret(std::move(login->password))};
    impl_->post([impl = impl_.get(), hello = std::move(hello), credentials = std::move(credentials), lasting,
                 from = std::move(from)]() mutable {
        impl->open(std::move(hello), std::move(credentials), lasting, std::move(from));
    });
}

void HubLink::retry_now() {
    impl_->post([impl = impl_.get()] { impl->retry_now(); });
}

void HubLink::use_proxy(ProxySettings proxy) {
    impl_->post([impl = impl_.get(), proxy = std::move(proxy)]() mutable { impl->use_proxy(std::move(proxy)); });
}

std::uint64_t HubLink::send(control::Message message) {
    const std::uint64_t id = impl_->next_id();
    Outcome outcome = outcome_of(message);
    const control::Envelope envelope{std::move(message), id, std::nullopt};
    std::string json = control::encode(envelope);
    if (json.size() > control::longest_message_bytes) {
        log::warning("a message of {} bytes is too long for the control channel: not sent", json.size());
        return id;
    }
    impl_->post([impl = impl_.get(), id, json = std::move(json), outcome = std::move(outcome)]() mutable {
        impl->send(id, std::move(json), std::move(outcome));
    });
    return id;
}

void HubLink::open_stream(const control::SessionStream& stream, Preface preface, std::function<void(int fd)> ready,
                          std::function<void(const LinkFailure&)> failure) {
    control::SessionStream place = stream;
    Secret token(std::move(place.token));
    BridgeCalls calls{std::move(ready), std::move(failure)};
    impl_->post([impl = impl_.get(), place = std::move(place), token = std::move(token), preface = std::move(preface),
                 calls = std::move(calls)]() mutable {
        impl->open_stream(std::move(place), std::move(token), std::move(preface), std::move(calls));
    });
}

void HubLink::request(RestRequest request, std::function<void(const RestAnswer&)> answered,
                      std::function<void(const LinkFailure&)> failed) {
    HubRequests::Asked asked{std::move(request), Secret(), std::move(answered), std::move(failed)};
    impl_->post([impl = impl_.get(), asked = std::move(asked)]() mutable { impl->request(std::move(asked)); });
}

void HubLink::close() {
    impl_->post([impl = impl_.get()] { impl->close(); });
}

}  // namespace pronto::tunnel
