#include "repeater/standard/vnc_socket.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::standard;
using asio::ip::tcp;

namespace {

constexpr Millis soon{100};

/// A VncSocket whose peer is in the test's hands.
struct Stage {
    asio::io_context io{1};
    tcp::socket peer{io};
    std::shared_ptr<VncSocket> socket;

    Stage() {
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        peer.connect(acceptor.local_endpoint());
        socket = std::make_shared<VncSocket>(acceptor.accept());
    }
    void says(std::string_view text) { asio::write(peer, asio::buffer(text.data(), text.size())); }
    std::string early() { return std::string(as_text(socket->early())); }
    /// Runs until `done`, at most 20 s.
    template <class Done>
    bool run(Done done) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!done() && std::chrono::steady_clock::now() < limit) {
            io.run_one_for(Millis{20});
            io.restart();
        }
        return done();
    }
    Result<void> read() {
        auto reading = socket->read_more(soon);
        auto outcome = asio::co_spawn(io, std::move(reading), asio::use_future);
        run([&] { return outcome.wait_for(Millis{0}) == std::future_status::ready; });
        return outcome.get();
    }
};

}  // namespace

TEST_CASE("what comes is kept until it is used") {
    Stage stage;
    stage.says("RFB ");
    CHECK(stage.read().has_value());
    stage.says("003.008\n");
    CHECK(stage.read().has_value());
    CHECK(stage.early() == "RFB 003.008\n");
}

TEST_CASE("a peer that says nothing in time finds the connection closed") {
    Stage stage;
    const auto outcome = stage.read();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error() == boost::system::errc::timed_out);
    char byte = 0;
    CHECK(::recv(stage.peer.native_handle(), &byte, 1, 0) == 0);
}

TEST_CASE("a waiting peer's end is seen at once") {
    Stage stage;
    bool gone = false;
    stage.socket->watch([&] { gone = true; });
    stage.peer.close();
    CHECK(stage.run([&] { return gone; }));
}

TEST_CASE("what a waiting peer says early is kept, up to a limit") {
    Stage stage;
    bool gone = false;
    stage.socket->watch([&] { gone = true; });
    stage.says("RFB 003.008\n");
    CHECK(stage.run([&] { return stage.early() == "RFB 003.008\n"; }));
    CHECK_FALSE(gone);
    stage.says(std::string(300, 'x'));
    CHECK(stage.run([&] { return gone; }));
}

TEST_CASE("who stopped watching hears nothing more") {
    Stage stage;
    bool gone = false;
    stage.socket->watch([&] { gone = true; });
    stage.socket->stop_watching();
    stage.peer.close();
    CHECK(stage.read().has_error());
    CHECK_FALSE(gone);
}

TEST_CASE("bytes that came before TLS was agreed on are no TLS") {
    Stage stage;
    stage.says("x");
    REQUIRE(stage.read().has_value());
    auto starting = stage.socket->start_tls(nullptr, soon);
    auto outcome = asio::co_spawn(stage.io, std::move(starting), asio::use_future);
    REQUIRE(stage.run([&] { return outcome.wait_for(Millis{0}) == std::future_status::ready; }));
    CHECK(outcome.get().has_error());
    CHECK_FALSE(stage.socket->encrypted());
}

TEST_CASE("the connection goes to its relay with what was read") {
    Stage stage;
    stage.says("early");
    REQUIRE(stage.read().has_value());
    const auto leg = stage.socket->hand_over()->land(stage.io);
    auto reading = leg->read();
    auto outcome = asio::co_spawn(stage.io, std::move(reading), asio::use_future);
    REQUIRE(stage.run([&] { return outcome.wait_for(Millis{0}) == std::future_status::ready; }));
    const auto read = outcome.get();
    REQUIRE(read.has_value());
    CHECK(as_text(read.value()) == "early");
    leg->close();
    char byte = 0;
    CHECK(::recv(stage.peer.native_handle(), &byte, 1, 0) == 0);
}

TEST_CASE("a connection that never lands is closed") {
    Stage stage;
    stage.socket->hand_over();
    char byte = 0;
    CHECK(::recv(stage.peer.native_handle(), &byte, 1, 0) == 0);
}
