#include "agent/check.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "agent/command_line.hpp"
#include "agent/model/known_hubs.hpp"
#include "rfb-ext/tunnel/check.hpp"

namespace pronto::agent {

int check_connection(const CommandLine& line) {
    tunnel::CheckOrder order{tunnel::parse_hub_address(line.settings.hub)};
    order.trust = line.settings.trust;
    if (order.trust.pins.empty()) order.trust.pins = KnownHubs(line.settings.known_hubs).pins_of(order.hub);
    order.network.proxy = line.settings.network.proxy;  // no remembered way: all of them are tested
    if (!line.json) fmt::print("Testing the connection to {}\n", tunnel::to_text(order.hub));
    const auto report = tunnel::check(order, [&](const tunnel::CheckStep& step) {
        if (!line.json) fmt::print("{}\n", in_words(step));
        std::fflush(stdout);
    });
    fmt::print("{}\n", line.json ? to_json(report) : conclusion(report));
    return report.ok() ? 0 : 1;
}

}  // namespace pronto::agent
