#include "repeater/standard/ports.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "repeater/standard/doors.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::standard {

Ports::Ports(net::RelayThreads& threads, const std::string& address, Numbers numbers) {
    const auto add = [&](std::uint16_t number, const char* setting, Serve serve) {
        if (number > 0) ports_.push_back({std::make_unique<net::Listener>(threads, address, number, setting), serve});
    };
    add(numbers.viewer, "[standard] viewer_port", serve_viewer);
    add(numbers.repeater, "[standard] repeater_port", serve_repeater_viewer);
    add(numbers.server, "[standard] server_port", serve_server);
}

void Ports::start(std::shared_ptr<const Reception> reception) {
    for (const auto& port : ports_)
        port.listener->start([reception, serve = port.serve](asio::ip::tcp::socket socket) {
            const auto address = net::address_of(socket);
            if (address.empty()) return;
            auto place = reception->admission->enter(address);
            if (!place) return log::debug("too many connections from {} that have not proved themselves", address);
            const auto executor = socket.get_executor();
            auto serving = serve(std::move(socket), address, std::move(place), reception);
            asio::co_spawn(executor, std::move(serving), [address](const std::exception_ptr& problem) {
                try {
                    if (problem) std::rethrow_exception(problem);
                } catch (const std::exception& what) {
                    log::error("a standard VNC program at {} could not be served: {}", address, what.what());
                }
            });
        });
}

void Ports::close() {
    for (const auto& port : ports_) port.listener->close();
}

}  // namespace pronto::standard
