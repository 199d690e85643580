#include "rfb-ext/tunnel/visit.hpp"

#include <algorithm>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/hub_http.hpp"

namespace pronto::tunnel {

namespace {

/// What a proxy's log-in waits for may come right by itself within a session's grace; Ways sees to it that the log-in is not
/// sent each time.
constexpr Millis wait_for_proxy_in_session{5'000};

double chance() {
    const Bytes two = random_bytes(2);
    return (two[0] * 256.0 + two[1]) / 65536.0;
}

asio::awaitable<Linked<control::Welcome>> introduce(Route route, std::shared_ptr<Visit> visit) {
    const Where where = route.where("waiting to be let in");
    const auto executor = co_await asio::this_coro::executor;
    const auto channel = visit->channel;
    const Step step(executor, visit->line, route.times.step, [channel] { channel->cut(); });
    const control::Envelope hello{visit->membership.hello(), std::nullopt, std::nullopt};
    channel->send(control::encode(hello));
    const auto first = co_await channel->receive();
    if (step.is_missed()) co_return timed_out(where);
    if (!first) co_return first.error();
    if (const auto* welcome = std::get_if<control::Welcome>(&first->message)) co_return *welcome;
    if (const auto* said = std::get_if<control::Refused>(&first->message)) co_return refused(said->error);
    co_return not_a_hub(where, "its first message is no welcome");
}

}  // namespace

Visit::Visit(const asio::any_io_executor& executor, Membership who, Lasting lasts, const LinkTimes& given)
    : membership(std::move(who)),
      lasting(lasts),
      times(given),
      proof_of_life(executor,
                    [this] {
                        why_cut = "the hub did not answer after a change of the network";
                        if (channel) channel->cut();
                    }),
      backoff(given.waits),
      rest(executor) {}

bool Visit::has_waiting_session(SteadyTime now) const {
    const bool waits = membership.has_sessions() || !partings.empty();
    return comes_back && waits && now - lost_at < membership.grace();
}

Route Visit::begin(Route route, SteadyTime now) {
    line = std::make_shared<Lifeline>();
    channel.reset();
    welcomed = at_once = must_prove_life = false;
    last_words.reset();
    why_cut.clear();
    since = now;
    ++tries;
    for (const Parting& each : partings) membership.left(each.session);  // the hub may have said since that it runs
    // One in three waits as long as usual: a name server that is slow must not keep us out.
    if (has_waiting_session(now) && tries % 3 != 0)
        route.times.step = std::min(route.times.step, times.step_in_session);
    return route;
}

Millis Visit::pause_after(const LinkFailure& failure, SteadyTime now) {
    if (std::exchange(welcomed, false)) {
        lost_at = now;
        tries = 0;
        if (now - since >= times.lasted) backoff.reset();
    }
    const auto code = failure.error.code;
    const bool is_full = failure.kind == LinkFailure::Kind::refused &&
                         (code == control::Code::overloaded || code == control::Code::too_many_attempts);
    if (failure.kind == LinkFailure::Kind::proxy_password)
        return has_waiting_session(now) ? std::min(times.wait_for_people, wait_for_proxy_in_session) : times.wait_for_people;
    if (is_full) return backoff.next(chance());
    if (at_once) return Millis(0);
    return backoff.next(chance(), has_waiting_session(now) ? times.wait_in_session : Millis::max());
}

void Visit::note(const control::Message& message) {
    membership.heard(message);
    channel->expect_within(membership.is_shown() ? times.session_silence : times.silence);
}

void Visit::part_from(const std::string& session, std::uint64_t id, const std::string& json) {
    if (!membership.is_guest() || !membership.is_in(session)) return;
    membership.left(session);
    partings.push_back({id, session, json});
}

void Visit::say_partings() {
    for (Parting& each : partings) {
        channel->send(each.json);
        each.repeated = true;
    }
}

bool Visit::settles_parting(const control::Envelope& answer) {
    const auto* ended = std::get_if<control::SessionEnded>(&answer.message);
    const auto* refused = std::get_if<control::Refused>(&answer.message);
    const bool is_over = refused && answer.re && refused->error.code == control::Code::not_found;
    const auto found = std::find_if(partings.begin(), partings.end(), [&](const Parting& each) {
        return ended ? each.session == ended->session : is_over && each.id == *answer.re;
    });
    if (found == partings.end()) return false;
    const bool repeated = found->repeated;
    partings.erase(found);
    return is_over && repeated;
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

}  // namespace pronto::tunnel
