#include <utility>

#include "repeater/net/deadline.hpp"
#include "repeater/standard/doors.hpp"
#include "repeater/standard/handshake.hpp"
#include "repeater/standard/try.hpp"
#include "repeater/standard/visit.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::standard {

namespace {

using Desk = net::HubThread::Desk;
using Need = wire::ViewerLogin::Need;

constexpr const char* wrong =
    "The password is wrong, or the one-time pass has expired.\nWith an operator's password the user is OPERATOR/GUEST.";
constexpr const char* unencrypted =
    "This hub takes no viewers without encryption. Use one with VeNCrypt (TigerVNC, TurboVNC), or ask the hub's administrator.";

constexpr const char* too_often = "Too many wrong passwords came from this address. Wait ten minutes.";

wire::ViewerLogin::Offer offer(const Reception& reception, bool may_try) {
    wire::ViewerLogin::Offer offer;
    offer.x509_plain = true;
    offer.tls_plain = true;
    // Offered in any case: only a viewer that has tried can be told why not.
    offer.vnc_auth = true;
    offer.challenge = wire::random_challenge();
    if (!may_try) offer.refusal = too_often;
    offer.vnc_auth_33 = reception.allow_unencrypted;
    offer.no_way_in = unencrypted;
    return offer;
}

/// The handshake as far as the credentials. False: the viewer has gone, or was told why it cannot go on.
asio::awaitable<bool> hear_credentials(const Reception& reception, VncSocket& socket, wire::ViewerLogin& login) {
    const auto greeting = login.greeting();
    const auto greeted = co_await socket.write(ByteView(greeting), reception.step);
    if (greeted.has_error()) co_return false;
    // Who sends a byte now and then has no more time than others.
    const net::Deadline whole(socket.get_executor(), reception.step + reception.typing, [&socket] { socket.close(); });
    for (Millis patience = reception.step;;) {
        const auto need = login.needs();
        if (need == Need::decision) co_return true;
        if (need == Need::close || need == Need::nothing) break;
        if (need == Need::more) {
            const auto moved = co_await advance_once(socket, login, patience);
            if (moved.has_error()) co_return false;
            // Once VncAuth's challenge is out, or TLS is up, a person may be typing.
            if (login.person_types()) patience = reception.typing;
            continue;
        }
        SSL_CTX* context = need == Need::x509_tls ? reception.door->tls : reception.anonymous_tls.get();
        const auto secured = co_await socket.start_tls(context, reception.step);
        if (secured.has_error()) co_return false;
        login.tls_ready();
    }
    co_await socket.finish();
    co_return false;
}

/// Does a one-time pass agree with what the viewer showed?
std::function<bool(std::string_view)> agrees_with(const wire::ViewerLogin& login) {
    if (const auto* answer = login.vnc_auth())
        return [answer = *answer](std::string_view pass) { return wire::response_matches(answer.challenge, answer.response, pass); };
    return [given = login.plain()->password](std::string_view pass) {
        return constant_time_equal(sha256(as_bytes(given.text())), sha256(as_bytes(pass)));
    };
}

/// On the hub's thread, in one go: many tries at the same time are no more than one after the other. Nothing: it is no
/// pass, which does not count yet if it may be an operator's password.
std::optional<Judgement> judge_pass(Desk& desk, const std::function<bool(std::string_view)>& matches, const std::string& address, bool else_operator) {
    if (!desk.attempts.allowed(address)) return Judgement(std::string(too_often));
    if (auto pass = desk.hub.use_pass(matches)) return Judgement(std::move(*pass));
    if (else_operator) return std::nullopt;
    desk.attempts.missed(address);
    return Judgement(std::string(wrong));
}

asio::awaitable<Judgement> judge_operator(const Reception& reception, std::string user, std::string password, std::string address) {
    const auto slash = user.find('/');
    auto checked = co_await reception.log_in(user.substr(0, slash), std::move(password), std::move(address));
    if (const auto* error = std::get_if<control::Error>(&checked))
        co_return Judgement(error->code == control::Code::wrong_password ? std::string(wrong) : error->message + " " + error->remedy);
    const auto& account = std::get<hub::Account>(checked);
    const auto wanted = slash == std::string::npos ? std::string() : user.substr(slash + 1);
    if (wanted.empty()) co_return Judgement(std::string("Log in as OPERATOR/GUEST: which guest do you want?"));
    auto finding = [wanted](Desk& desk) { return desk.hub.find_guest(wanted); };
    const auto found = co_await reception.door->hub->ask(std::move(finding));
    if (const auto* error = std::get_if<control::Error>(&found)) co_return Judgement(error->message + " " + error->remedy);
    co_return Judgement(hub::UsedPass{account, std::get<control::Presence>(found).peer, control::Mode::control, {}});
}

asio::awaitable<Judgement> judge(const Reception& reception, const VncSocket& socket, const wire::ViewerLogin& login, std::string address) {
    const bool my_turn = co_await may_try(*reception.door->hub, address);
    if (!my_turn) co_return Judgement(std::string(too_often));
    const auto* plain = login.plain();
    const bool may_be_operator = plain && plain->x509 && plain->user.find('/') != std::string::npos;
    auto judging = [matches = agrees_with(login), address, may_be_operator](Desk& desk) {
        return judge_pass(desk, matches, address, may_be_operator);
    };
    auto judgement = co_await reception.door->hub->ask(std::move(judging));
    // A pass that went over the line in a form that can be broken is used up, and is no way in.
    if (!socket.encrypted() && !reception.allow_unencrypted) co_return Judgement(std::string(unencrypted));
    if (judgement) co_return std::move(*judgement);
    co_return co_await judge_operator(reception, plain->user, plain->password.text(), std::move(address));
}

}  // namespace

asio::awaitable<void> serve_viewer(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                   std::shared_ptr<const Reception> reception) {
    Visitor visitor;
    visitor.socket = std::make_shared<VncSocket>(std::move(socket));
    visitor.address = address;
    visitor.place = std::move(place);
    auto asking = [address](Desk& desk) { return desk.attempts.allowed(address); };
    const bool may_try = co_await reception->door->hub->ask(std::move(asking));
    if (!may_try) log::warning("a viewer from {} was refused for a while: too many wrong passwords", address);
    visitor.login = std::make_unique<wire::ViewerLogin>(offer(*reception, may_try));
    const bool heard = co_await hear_credentials(*reception, *visitor.socket, *visitor.login);
    if (!heard) co_return visitor.socket->close();
    auto judgement = co_await judge(*reception, *visitor.socket, *visitor.login, address);
    co_await receive(reception, std::move(visitor), std::move(judgement));
}

}  // namespace pronto::standard
