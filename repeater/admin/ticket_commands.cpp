#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "db/database.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/output.hpp"
#include "repeater/admin/table.hpp"
#include "repeater/admin/tickets.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::admin {

namespace {

constexpr int longest_life_minutes = 10'080;  // a week, as [tickets] minutes allows

struct Options {
    std::string user;
    int minutes = 0;
    bool json = false;
};

std::uint64_t number_of(const std::string& ticket) {
    return control::to_number(*control::parse_ticket(ticket));
}

/// For who shares the screen by a VNC server of his own.
std::string for_a_vnc_server(const Reach& reach, const std::string& ticket) {
    if (reach.server_port == 0) return {};
    const auto& host = reach.host;
    return fmt::format("or by a VNC server, such as\n  x11vnc -rfbport 0 -loop -connect_or_exit repeater=ID:{}+{}:{}\nand where only digits are taken: ID:{}\n",
                       ticket, host, reach.server_port, number_of(ticket));
}

/// What he needs, so that it can be copied into a mail or read out.
std::string for_the_guest(const Reach& reach, const std::string& ticket) {
    if (reach.pin.empty()) return fmt::format("The guest connects to the hub {}.\n", reach.address);
    return fmt::format(
        "The guest connects to the hub {}, whose pin in words is\n  {}\nor on a command line:\n"
        "  pronto-agent --hub {} --hub-pin {} --ticket {}\n",
        reach.address, reach.words, reach.address, reach.pin, ticket);
}

void make(Desk& desk, const Site& site, const Options& options) {
    db::Database database(db::database_file(site.data), db::Database::Open::existing);
    const TicketWish wish{site.node, options.user,
                          options.minutes > 0 ? Millis(std::chrono::minutes(options.minutes)) : site.ticket_life};
    const auto row = new_ticket(database, desk.clock, cli_actor(), wish);
    const auto reach = site.reach();
    if (options.json) {
        boost::json::object object{{"ticket", row.ticket},
                                   {"number", number_of(row.ticket)},
                                   {"operator", row.operator_name},
                                   {"created", rfc3339(row.created)},
                                   {"expires", rfc3339(row.expires)},
                                   {"hub", reach.address}};
        if (!reach.pin.empty()) object["pin"] = reach.pin;
        return print_json(desk.terminal, object);
    }
    desk.terminal.print(fmt::format("{}\nA ticket of {}, to be used once before {}.\n", row.ticket, row.operator_name,
                                    local_time(row.expires)));
    desk.terminal.print(for_the_guest(reach, row.ticket));
    desk.terminal.print(for_a_vnc_server(reach, row.ticket));
}

}  // namespace

void add_ticket_commands(CLI::App& app, Desk& desk) {
    auto& tickets = *app.add_subcommand("ticket", "Tickets");
    tickets.require_subcommand(1);
    const auto options = std::make_shared<Options>();
    auto* made = tickets.add_subcommand("new", "Make a ticket, also while the hub runs");
    made->add_option("--user", options->user, "The operator whose ticket it is; may be left out when there is only one")
        ->type_name("NAME");
    made->add_option("--minutes", options->minutes, "How long it can be used; else as the configuration says")
        ->check(CLI::Range(1, longest_life_minutes));
    made->add_flag("--json", options->json, "Print one JSON object");
    made->footer(
        "Examples:\n  pronto-repeater ticket new --user anna\n  pronto-repeater ticket new --user anna --minutes 15 "
        "--json\n");
    made->callback(
        [&desk, options] { desk.chosen = [&desk, options](const Site& site) { make(desk, site, *options); }; });
}

}  // namespace pronto::admin
