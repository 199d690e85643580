#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "repeater/admin/accounts.hpp"
#include "repeater/admin/commands.hpp"
#include "repeater/admin/output.hpp"

namespace pronto::admin {

namespace {

void show(Desk& desk, const Site& site, bool json) {
    const auto reach = site.reach();
    if (reach.pin.empty())
        throw Refused(fmt::format("there is no certificate in {} yet: start the hub once (pronto-repeater serve)",
                                  site.data.string()));
    if (json) return print_json(desk.terminal, {{"pin", reach.pin}, {"words", reach.words}, {"hub", reach.address}});
    desk.terminal.print(fmt::format("{}\n{}\n", reach.pin, reach.words));
}

}  // namespace

void add_pin_command(CLI::App& app, Desk& desk) {
    const auto json = std::make_shared<bool>(false);
    auto* pin = app.add_subcommand("pin", "Show the pin by which agents and consoles know the hub");
    pin->add_flag("--json", *json, "Print one JSON object: pin, words, hub");
    pin->footer("Examples:\n  pronto-repeater pin\n  pronto-repeater pin --data /srv/pronto --json\n");
    pin->callback([&desk, json] { desk.chosen = [&desk, json](const Site& site) { show(desk, site, *json); }; });
}

}  // namespace pronto::admin
