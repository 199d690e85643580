#include "rfb-ext/tunnel/hub_link.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/bridge.hpp"
#include "rfb-ext/tunnel/hub_channel.hpp"
#include "rfb-ext/tunnel/hub_requests.hpp"

namespace pronto::tunnel {

namespace {

struct Credentials {
    Secret user;
    Secret password;
};

/// One open(): from dialling to the end of its control channel.
struct Visit {
    std::shared_ptr<Lifeline> line = std::make_shared<Lifeline>();
    control::Hello hello;
    std::optional<Credentials> credentials;
    Secret token;                         ///< once he has proved who he is
    std::shared_ptr<HubChannel> channel;  ///< once it is open
    bool welcomed = false;
    std::set<std::string> running;             ///< sessions whose screens run
    std::optional<control::Error> last_words;  ///< an error that answers nothing: the hub is about to close
};

asio::awaitable<Linked<control::Welcome>> introduce(Route route, std::shared_ptr<Visit> visit) {
    const Where where = route.where("waiting to be let in");
    const auto executor = co_await asio::this_coro::executor;
    const auto channel = visit->channel;
    const Step step(executor, visit->line, route.times.step, [channel] { channel->cut(); });
    const control::Envelope hello{visit->hello, std::nullopt, std::nullopt};
    channel->send(control::encode(hello));
    const auto first = co_await channel->receive();
    if (step.is_missed()) co_return timed_out(where);
    if (!first) co_return first.error();
    if (const auto* welcome = std::get_if<control::Welcome>(&first->message)) co_return *welcome;
    if (const auto* said = std::get_if<control::Refused>(&first->message)) co_return refused(said->error);
    co_return not_a_hub(where, "its first message is no welcome");
}

asio::awaitable<Linked<control::Welcome>> enter(Route route, std::shared_ptr<Visit> visit) {
    if (visit->credentials) {
        auto proved = co_await log_in(route, visit->line, visit->credentials->user, visit->credentials->password);
        visit->credentials.reset();
        if (!proved) co_return proved.error();
        visit->token = *proved;
    }
    auto opened = co_await open_channel(route, visit->line, visit->token);
    if (!opened) co_return opened.error();
    visit->channel = *opened;
    co_return co_await introduce(route, visit);
}

/// Notes which sessions run: while one does, a hub that is gone must not leave a screen shown as shared for a minute.
void note_sessions(Visit& visit, const control::Message& message, const LinkTimes& times) {
    if (const auto* status = std::get_if<control::SessionStatus>(&message);
        status && status->state == control::SessionState::streaming)
        visit.running.insert(status->session);
    if (const auto* ended = std::get_if<control::SessionEnded>(&message)) visit.running.erase(ended->session);
    visit.channel->expect_within(visit.running.empty() ? times.silence : times.session_silence);
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
            work_.reset();
        });
        worker_.join();
    }

    template <class Function>
    void post(Function function) {
        asio::post(io_, std::move(function));
    }
    std::uint64_t next_id() { return ++last_id_; }

    void open(control::Hello hello, std::optional<Credentials> credentials);
    void send(std::string json);
    void open_stream(control::SessionStream stream, Secret token, Preface preface, BridgeCalls calls);
    void request(HubRequests::Asked asked);
    void use_proxy(ProxySettings proxy) { route_.ways->use_proxy(std::move(proxy)); }
    void close();

private:
    asio::awaitable<void> run(std::shared_ptr<Visit> visit);
    asio::awaitable<void> run_stream(std::shared_ptr<Lifeline> line, control::SessionStream stream, Secret token, Preface preface,
                                     BridgeCalls calls);
    asio::awaitable<LinkFailure> listen(std::shared_ptr<Visit> visit);
    void leave(std::shared_ptr<Visit> visit);

    const Events events_;
    const TlsContext context_;
    const Route route_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
    std::atomic<std::uint64_t> last_id_{0};
    std::shared_ptr<Visit> visit_;
    std::vector<std::weak_ptr<Lifeline>> streams_;
    std::shared_ptr<HubRequests> requests_;
    std::thread worker_;
};

void HubLink::Impl::open(control::Hello hello, std::optional<Credentials> credentials) {
    leave(std::exchange(visit_, nullptr));
    visit_ = std::make_shared<Visit>();
    visit_->hello = std::move(hello);
    visit_->credentials = std::move(credentials);
    asio::co_spawn(io_, run(visit_), rethrow);
}

asio::awaitable<void> HubLink::Impl::run(std::shared_ptr<Visit> visit) {
    const auto welcome = co_await enter(route_, visit);
    LinkFailure failure;
    if (visit->line->is_cut()) {
        failure.kind = LinkFailure::Kind::lost;
    } else if (!welcome) {
        failure = welcome.error();
    } else {
        visit->welcomed = true;
        if (events_.opened) events_.opened(*welcome);
        failure = co_await listen(visit);
    }
    if (visit->channel) visit->channel->cut();
    if (visit_ != visit) co_return;  // closed, or opened anew: nobody waits for this one's end
    visit_.reset();
    if (events_.failed) events_.failed(failure);
}

asio::awaitable<LinkFailure> HubLink::Impl::listen(std::shared_ptr<Visit> visit) {
    for (;;) {
        const auto received = co_await visit->channel->receive();
        if (!received && visit->last_words) co_return refused(*visit->last_words);
        if (!received) co_return received.error();
        if (visit_ != visit) continue;  // on our way out: the goodbye is what is left to hear
        if (const auto* said = std::get_if<control::Refused>(&received->message); said && !received->re)
            visit->last_words = said->error;
        note_sessions(*visit, received->message, route_.times);
        if (events_.received) events_.received(*received);
    }
}

/// The hub hears a goodbye if it had said welcome; whatever else is under way is cut.
void HubLink::Impl::leave(std::shared_ptr<Visit> visit) {
    if (!visit) return;
    if (visit->welcomed) asio::co_spawn(io_, visit->channel->say_goodbye(), rethrow);
    else visit->line->cut();
}

void HubLink::Impl::send(std::string json) {
    if (visit_ && visit_->welcomed) visit_->channel->send(std::move(json));
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
    for (const auto& stream : std::exchange(streams_, {}))
        if (const auto line = stream.lock()) line->cut();
}

HubLink::HubLink(HubAddress address, Trust trust, Events events, LinkTimes times, NetworkSettings network)
    : impl_(std::make_unique<Impl>(std::move(address), std::move(trust), std::move(events), times, std::move(network))) {}

HubLink::~HubLink() = default;

void HubLink::open(control::Hello hello, std::optional<Login> login, Lasting, std::optional<Resume>) {
    std::optional<Credentials> credentials;
    if (login) credentials = Credentials{Secret(std::move(login->user)), Secret(std::move(login->password))};
    impl_->post([impl = impl_.get(), hello = std::move(hello), credentials = std::move(credentials)]() mutable {
        impl->open(std::move(hello), std::move(credentials));
    });
}

void HubLink::use_proxy(ProxySettings proxy) {
    impl_->post([impl = impl_.get(), proxy = std::move(proxy)]() mutable { impl->use_proxy(std::move(proxy)); });
}

std::uint64_t HubLink::send(control::Message message) {
    const std::uint64_t id = impl_->next_id();
    const control::Envelope envelope{std::move(message), id, std::nullopt};
    std::string json = control::encode(envelope);
    if (json.size() > control::longest_message_bytes) {
        log::warning("a message of {} bytes is too long for the control channel: not sent", json.size());
        return id;
    }
    impl_->post([impl = impl_.get(), json = std::move(json)]() mutable { impl->send(std::move(json)); });
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
