#include "rfb-ext/tunnel/race.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);

/// A port that takes no more connections: the kernel drops who comes to a full queue.
struct SilentPort {
    asio::io_context io;
    tcp::acceptor acceptor{io};
    std::vector<std::unique_ptr<tcp::socket>> queue;

    SilentPort() {
        acceptor.open(tcp::v4());
        acceptor.bind(any_port);
        acceptor.listen(0);
        for (int i = 0; i < 4; ++i) {
            auto& socket = *queue.emplace_back(std::make_unique<tcp::socket>(io, tcp::v4()));
            socket.native_non_blocking(true);
            const auto to = acceptor.local_endpoint();
            ::connect(socket.native_handle(), to.data(), static_cast<socklen_t>(to.size()));  // Asio's would wait for it
        }
    }
    tcp::endpoint endpoint() const { return acceptor.local_endpoint(); }
};

struct Racer {
    asio::io_context io;
    tcp::acceptor open{io, any_port};
    std::shared_ptr<Lifeline> line = std::make_shared<Lifeline>();

    /// Where the connection leads, or why there is none.
    Result<tcp::endpoint> connect(std::vector<tcp::endpoint> endpoints, Millis limit) {
        Result<tcp::endpoint> result = ErrorCode(asio::error::in_progress);
        const std::function<asio::awaitable<void>()> racing = [&]() -> asio::awaitable<void> {
            auto socket = co_await connect_to_any(endpoints, line, limit);
            if (socket)
                result = socket->remote_endpoint();
            else
                result = socket.error();
        };
        asio::co_spawn(io, racing(), rethrow);
        io.run();
        io.restart();
        return result;
    }
};

tcp::endpoint closed_port() {
    asio::io_context io;
    return tcp::acceptor(io, any_port).local_endpoint();
}

}  // namespace

TEST_CASE("an address that does not answer does not keep the next from being tried") {
    const SilentPort silent;
    Racer racer;
    const auto to = racer.open.local_endpoint();
    CHECK(racer.connect({silent.endpoint(), silent.endpoint(), to}, 60s).value() == to);
    CHECK(racer.connect({closed_port(), to}, 60s).value() == to);
    CHECK(racer.connect({to, silent.endpoint()}, 60s).value() == to);
}

TEST_CASE("where no address answers, that is an error in time") {
    const SilentPort silent;
    Racer racer;
    CHECK(racer.connect({closed_port(), closed_port()}, 60s).error() == asio::error::connection_refused);
    CHECK(racer.connect({}, 60s).error() == asio::error::host_not_found);
    CHECK(racer.connect({closed_port(), silent.endpoint()}, 300ms).error() == asio::error::timed_out);
}

TEST_CASE("a race ends when its line is cut") {
    const SilentPort silent;
    Racer racer;
    asio::steady_timer timer(racer.io, 100ms);
    timer.async_wait([&](const ErrorCode&) { racer.line->cut(); });
    CHECK(racer.connect({silent.endpoint()}, 600s).error() == asio::error::operation_aborted);
    CHECK(racer.connect({racer.open.local_endpoint()}, 600s).error() == asio::error::operation_aborted);
}
