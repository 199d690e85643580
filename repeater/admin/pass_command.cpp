#include "repeater/admin/pass_command.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/hub_socket.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/table.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::admin {

namespace {

namespace json = boost::json;

struct Options {
    std::string target;
    std::string operator_name;
    std::string password_file;
    bool view = false;
    bool json = false;
};

/// Whose the session will be. Where there is only one operator, it is hers.
std::string whose(const Site& site, const std::string& given) {
    if (!given.empty()) return given;
    db::Database database(db::database_file(site.data), db::Database::Open::existing);
    std::string only;
    for (const auto& row : db::Operators(database).list()) {
        if (!row.enabled) continue;
        if (!only.empty()) throw Refused("say with --operator whose session it will be");
        only = row.name;
    }
    if (only.empty()) throw Refused("there is no enabled operator whose session it could be");
    return only;
}

std::string text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string told(const json::object& answer, const std::string& host) {
    const auto viewer_port = answer.at("viewer_port").as_int64();
    const auto repeater_port = answer.at("repeater_port").as_int64();
    auto text = fmt::format("One session with {}, until {}:\n", text_of(answer, "target"),
                            local_time(parse_rfc3339(text_of(answer, "expires")).value_or(0)));
    if (viewer_port > 0) text += fmt::format("  viewer    {}::{}   password {}\n", host, viewer_port, text_of(answer, "pass"));
    if (repeater_port > 0) text += fmt::format("  repeater  {}:{}    ID:{}\n", host, repeater_port, text_of(answer, "number"));
    return text;
}

void pass(Desk& desk, const Site& site, const Options& options) {
    json::object wish;
    wish["target"] = options.target;
    wish["mode"] = options.view ? "view" : "control";
    if (!options.password_file.empty()) wish["password"] = read_secret(options.password_file);
    const auto heard = ask_hub(site.data, whose(site, options.operator_name), "POST", "/api/v1/passes", json::serialize(wish));
    const auto answer = json::parse(heard.body).as_object();
    if (heard.status != 201) {
        const auto remedy = text_of(answer, "remedy");
        throw Refused(text_of(answer, "message") + (remedy.empty() ? "" : " " + remedy));
    }
    if (options.json) return print_json(desk.terminal, answer);
    desk.terminal.print(told(answer, site.reach().host));
}

}  // namespace

void add_pass_command(CLI::App& sessions, Desk& desk) {
    const auto options = std::make_shared<Options>();
    auto* made = sessions.add_subcommand("pass", "Let a standard VNC viewer have one session with a guest, within a minute");
    made->add_option("HOST", options->target, "The guest: its name as the console shows it, its ticket, or its computer's name")
        ->required()
        ->type_name("");
    made->add_option("--operator", options->operator_name, "Whose session it will be (needed if there are several operators)")->type_name("NAME");
    made->add_flag("--view", options->view, "For viewing only");
    made->add_option("--password-file", options->password_file, "The VNC server's own password, if it has one, is this file's first line")
        ->type_name("FILE");
    made->add_flag("--json", options->json, "Print one JSON object: pass, number, target, expires, viewer_port, repeater_port");
    made->footer(
        "Examples:\n  pronto-repeater session pass NETCECK-210EB --operator anna\n"
        "  pronto-repeater session pass 1-210EB --view --json\n");
    made->callback([&desk, options] { desk.chosen = [&desk, options](const Site& site) { pass(desk, site, *options); }; });
}

}  // namespace pronto::admin
