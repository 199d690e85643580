#include "repeater/web/rest.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "repeater/net/problem.hpp"
#include "repeater/records/json.hpp"
#include "repeater/web/answers.hpp"
#include "repeater/web/checks.hpp"
#include "repeater/web/pages.hpp"
#include "repeater/web/recordings.hpp"
#include "repeater/web/workers.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::web {

namespace {

namespace json = boost::json;
using control::Code;
using net::HttpRequest;
using net::HttpResponse;
using net::problem_response;
using Desk = net::HubThread::Desk;

constexpr std::string_view sessions_path = "/api/v1/sessions/";
constexpr std::string_view assistances_path = "/api/v1/assistances/";
constexpr int most_tickets_listed = 1'000;
constexpr std::size_t most_listed_at_once = 500;
constexpr std::string_view report_suffix = "/report";

}  // namespace

class Rest::Impl {
public:
    Impl(net::HubThread& hub, const records::Archive& archive, LogIn& log_in, hub::Settings settings, const MovieShelf& movies,
         const Clock& clock)
        : hub_(hub), archive_(archive), log_in_(log_in), settings_(std::move(settings)), checks_(settings_.node, clock), recordings_(archive, readers_, movies, clock) {}

    /// From the hub's own computer: a command that was let in by the file system's rights asks as this operator.
    Answer route_locally(HttpRequest request, std::string operator_name) {
        auto reading = [this, operator_name] { return archive_.account(operator_name); };
        const auto stored = co_await readers_.run(std::move(reading));
        if (!stored) co_return busy();
        if (!*stored || !(*stored)->enabled)
            co_return problem_response(Code::forbidden, "There is no enabled operator of that name.", "See \"pronto-repeater user list\".");
        co_return co_await route_of_operator(std::move(request), (*stored)->account);
    }

    Answer route(HttpRequest request) {
        const auto& [method, path] = std::tie(request.method, request.path);
        if (path == "/healthz" && method == "GET") co_return health();
        if (path == "/api/v1/login" && method == "POST") co_return co_await log_in(std::move(request));
        if (auto checked = checks_.answer(request)) {
            asio::steady_timer turn(co_await asio::this_coro::executor, checked->wait);
            if (checked->wait > Millis::zero()) co_await turn.async_wait(asio::use_awaitable);
            co_return std::move(checked->response);
        }
        if (path.rfind("/api/", 0) != 0) co_return pages_.answer(request).value_or(not_found());
        const auto account = co_await whose(request.bearer);
        if (!account) co_return unauthorized();
        auto response = co_await route_of_operator(std::move(request), *account);
        response.authenticated = true;
        co_return response;
    }

private:
    Answer route_of_operator(HttpRequest request, hub::Account account) {
        const auto& [method, path] = std::tie(request.method, request.path);
        if (path == "/api/v1/logout" && method == "POST") co_return co_await log_out(std::move(request));
        if (path == "/api/v1/tickets" && method == "POST") co_return co_await new_ticket(account);
        if (path == "/api/v1/tickets" && method == "GET") co_return co_await live_tickets();
        if (path == "/api/v1/passes" && method == "POST") co_return co_await new_pass(std::move(request), account);
        if (path == "/api/v1/online" && method == "GET") co_return co_await online();
        if (path == "/api/v1/sessions" && method == "GET") co_return co_await sessions(std::move(request));
        if (path.rfind(sessions_path, 0) == 0 && method == "GET")
            co_return co_await session(path.substr(sessions_path.size()));
        if (path.rfind(assistances_path, 0) == 0 && method == "PUT")
            co_return co_await save_report(std::move(request), account);
        if (path.rfind(Recordings::root, 0) == 0)
            co_return co_await recordings_.answer(std::move(request), std::move(account));
        co_return not_found();
    }

    HttpResponse health() const {
        json::object body;
        body["status"] = "ok";
        body["version"] = version;
        body["node"] = settings_.node;
        return found(std::move(body));
    }

    net::asio::awaitable<std::optional<hub::Account>> whose(std::string bearer) {
        if (bearer.empty()) co_return std::nullopt;
        auto checking = [bearer](Desk& desk) { return desk.tokens.check(bearer); };
        co_return co_await hub_.ask(std::move(checking));
    }

    Answer log_in(HttpRequest request) {
        auto body = object_from(request.body);
        if (!body) co_return problem_response(Code::bad_request, "A log-in expects {\"user\", \"password\"}.", "");
        const auto user = text_of(*body, "user");
        const auto password = text_of(*body, "password");
        auto checked = co_await log_in_.check(user, password, request.address);
        if (const auto* error = std::get_if<control::Error>(&checked)) {
            if (error->code == Code::overloaded) co_return busy();
            co_return problem_response(*error);
        }
        const auto account = std::get<hub::Account>(checked);
        auto issuing = [account](Desk& desk) { return desk.tokens.issue(account); };
        const auto issued = co_await hub_.ask(std::move(issuing));
        co_return logged_in(account, issued);
    }

    HttpResponse logged_in(const hub::Account& account, const hub::OperatorTokens::Issued& issued) const {
        json::object who;
        who["id"] = account.id;
        who["name"] = account.name;
        who["admin"] = account.admin;
        json::object body;
        body["token"] = issued.token;
        body["expires"] = rfc3339(issued.expires);
        body["operator"] = std::move(who);
        body["node"] = settings_.node;
        body["policy"] = policy();
        body["software"] = fmt::format("pronto-repeater {}", version);
        auto response = found(std::move(body));
        response.authenticated = true;
        return response;
    }

    /// As in welcome: the control channel's codec writes it.
    json::value policy() const {
        control::Welcome welcome;
        welcome.policy = settings_.policy;
        return json::parse(control::encode({welcome, std::nullopt, std::nullopt})).at("policy");
    }

    Answer log_out(HttpRequest request) {
        auto revoking = [bearer = request.bearer](Desk& desk) { desk.tokens.revoke(bearer); };
        co_await hub_.ask(std::move(revoking));
        co_return found({});
    }

    Answer new_ticket(hub::Account account) {
        auto making = [account](Desk& desk) { return desk.hub.new_ticket(account); };
        const auto made = co_await hub_.ask(std::move(making));
        if (const auto* error = std::get_if<control::Error>(&made)) co_return problem_response(*error);
        const auto& ticket = std::get<control::TicketCreated>(made);
        json::object body;
        body["ticket"] = ticket.ticket;
        body["number"] = ticket.number;
        body["expires"] = rfc3339(ticket.expires);
        co_return found(std::move(body), 201);
    }

    Answer new_pass(HttpRequest request, hub::Account account) {
        const auto body = object_from(request.body);
        const auto mode = body ? control::mode_from(text_of(*body, "mode").empty() ? "control" : text_of(*body, "mode")) : std::nullopt;
        if (!mode) co_return problem_response(Code::bad_request, "A pass expects {\"target\", \"mode\", \"password\"}: a guest's name or ticket, \"control\" or \"view\", and the VNC server's own password if it has one.", "");
        const auto target = text_of(*body, "target");
        const control::PassNew wish{0, *mode, text_of(*body, "password")};
        auto making = [account, target, wish](Desk& desk) -> std::variant<control::PassCreated, control::Error> {
            const auto guest = desk.hub.find_guest(target);
            if (const auto* error = std::get_if<control::Error>(&guest)) return *error;
            auto named = wish;
            named.target = std::get<control::Presence>(guest).peer;
            return desk.hub.new_pass(account, named);
        };
        const auto made = co_await hub_.ask(std::move(making));
        if (const auto* error = std::get_if<control::Error>(&made)) co_return problem_response(*error);
        const auto& pass = std::get<control::PassCreated>(made);
        json::object answer;
        answer["pass"] = pass.pass;
        answer["number"] = pass.number;
        answer["target"] = pass.target;
        answer["expires"] = rfc3339(pass.expires);
        answer["viewer_port"] = settings_.policy.viewer_port;
        answer["repeater_port"] = settings_.policy.repeater_port;
        co_return found(std::move(answer), 201);
    }

    Answer live_tickets() {
        auto reading = [this] { return archive_.live_tickets(SystemClock().unix_now(), most_tickets_listed); };
        const auto read = co_await readers_.run(std::move(reading));
        if (!read) co_return busy();
        json::array tickets;
        for (const auto& ticket : *read) tickets.push_back(records::to_json(ticket));
        json::object body;
        body["tickets"] = std::move(tickets);
        co_return found(std::move(body));
    }

    /// Gathered bit by bit and put into words by a worker: a large hub's list holds nobody up.
    Answer online() {
        auto list = std::make_shared<control::PresenceList>();
        for (bool more = true; more;) {
            const hub::PeerId after = list->entries.empty() ? 0 : list->entries.back().peer;
            auto asking = [after](Desk& desk) { return desk.hub.online(after, most_listed_at_once); };
            const auto some = co_await hub_.ask(std::move(asking));
            list->entries.insert(list->entries.end(), some.begin(), some.end());
            more = some.size() == most_listed_at_once;
        }
        auto encoding = [list] { return control::encode({*list, std::nullopt, std::nullopt}); };
        auto encoded = co_await readers_.run(std::move(encoding));
        if (!encoded) co_return busy();
        HttpResponse response;
        response.body = std::move(*encoded);
        co_return response;
    }

    Answer sessions(HttpRequest request) {
        records::SessionQuery query;
        const auto since = parameter(request.query, "since");
        const auto until = parameter(request.query, "until");
        const auto limit = page_limit(request.query, query.limit);
        if (!since.empty() && !(query.since = parse_rfc3339(since)))
            co_return problem_response(Code::bad_request, "\"since\" is not a time like 2026-11-22T09:30:00.000Z.", "");
        if (!until.empty() && !(query.until = parse_rfc3339(until)))
            co_return problem_response(Code::bad_request, "\"until\" is not a time like 2026-11-22T09:30:00.000Z.", "");
        if (!limit) co_return problem_response(Code::bad_request, "\"limit\" must lie between 1 and 500.", "");
        query.limit = *limit;
        query.operator_name = parameter(request.query, "operator");
        query.cursor = parameter(request.query, "cursor");
        auto reading = [this, query] { return archive_.sessions(query); };
        const auto read = co_await readers_.run(std::move(reading));
        if (!read) co_return busy();
        if (!*read) co_return problem_response(Code::bad_request, "\"cursor\" is none that a page had.", "");
        co_return found(records::to_json(**read));
    }

    Answer session(std::string id) {
        auto reading = [this, id] { return archive_.session(id); };
        const auto read = co_await readers_.run(std::move(reading));
        if (!read) co_return busy();
        if (!*read) co_return problem_response(Code::not_found, "There is no such session.", "");
        co_return found(records::to_json(**read));
    }

    Answer save_report(HttpRequest request, hub::Account account) {
        const auto& path = request.path;
        const auto inner = path.substr(assistances_path.size());
        if (inner.size() <= report_suffix.size() || inner.substr(inner.size() - report_suffix.size()) != report_suffix)
            co_return not_found();
        const auto body = object_from(request.body);
        if (!body) co_return problem_response(Code::bad_request, "A report is an object of problem, solution, category, outcome.", "");
        // The control channel's codec knows the fields' limits.
        json::object message = *body;
        message["type"] = "report.save";
        message["assistance"] = inner.substr(0, inner.size() - report_suffix.size());
        const auto decoded = control::decode(json::serialize(message));
        if (decoded.has_error()) co_return problem_response(Code::bad_request, "The report: " + decoded.error().message() + ".", "");
        const auto report = std::get<control::ReportSave>(decoded.value().message);
        auto saving = [account, report](Desk& desk) { return desk.hub.save_report(account, report); };
        const auto error = co_await hub_.ask(std::move(saving));
        if (error) co_return problem_response(*error);
        co_return found({{"assistance", report.assistance}});
    }

    net::HubThread& hub_;
    const records::Archive& archive_;
    LogIn& log_in_;
    const hub::Settings settings_;
    Checks checks_;
    Workers readers_{1, 64};
    Recordings recordings_;
    const Pages pages_{built_in_assets()};
};

Rest::Rest(net::HubThread& hub, const records::Archive& archive, LogIn& log_in, hub::Settings settings, const MovieShelf& movies,
           const Clock& clock)
    : impl_(std::make_unique<Impl>(hub, archive, log_in, std::move(settings), movies, clock)) {}
Rest::~Rest() = default;

net::asio::awaitable<net::HttpResponse> Rest::answer_locally(net::HttpRequest request, std::string operator_name) {
    try {
        co_return co_await impl_->route_locally(std::move(request), std::move(operator_name));
    } catch (const std::exception& problem) {
        log::error("a local request could not be answered: {}", problem.what());
    }
    co_return internal();
}

net::asio::awaitable<net::HttpResponse> Rest::answer(net::HttpRequest request) {
    try {
        co_return co_await impl_->route(std::move(request));
    } catch (const std::exception& problem) {
        log::error("a request could not be answered: {}", problem.what());
    }
    co_return internal();
}

}  // namespace pronto::web
