#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>

#include "agent/vnc_server/server.hpp"
#include "agent/vnc_server/viewer_input.hpp"
#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::vnc_server {

namespace asio = boost::asio;

/// One viewer joined to the server by a connection of its own. Lives on one thread.
class Joint final : public std::enable_shared_from_this<Joint> {
public:
    /// At most one is called, once, and none after cut().
    struct Calls {
        std::function<void(Trouble)> lost;  ///< the server: the viewer's descriptor stays open until cut()
        std::function<void(std::string why)> viewer_gone;  ///< it has closed its side, or takes nothing; all is cut
    };
    Joint(const asio::any_io_executor& executor, int fd, Permission permission, Server server, Times times,
          Calls calls);
    void start();
    /// Lets go of what the viewer holds down and closes both sides.
    void cut();
    /// Puts a message of our own between the viewer's. Returns whether it will be sent: not while the server is not
    /// open, and never for a viewer who may only look.
    bool insert(ByteView message);

private:
    using Local = asio::local::stream_protocol::socket;

    static asio::awaitable<void> run(std::shared_ptr<Joint> self);
    static asio::awaitable<void> server_to_viewer(std::shared_ptr<Joint> self, Bytes early);
    static asio::awaitable<void> viewer_to_server(std::shared_ptr<Joint> self, Bytes early);
    asio::awaitable<bool> greet_viewer(wire::ServerInit init, Bytes& early);
    asio::awaitable<std::size_t> take_viewer(std::span<Byte> into);
    asio::awaitable<bool> put_viewer(ByteView bytes);
    asio::awaitable<bool> put_server(ByteView bytes);
    void lose_server(Trouble trouble);
    void lose_viewer(std::string why);
    void close_server();

    Local viewer_;
    asio::ip::tcp::socket server_;
    const Permission permission_;
    const Server target_;
    const Times times_;
    Calls calls_;
    std::shared_ptr<tunnel::Lifeline> line_ = std::make_shared<tunnel::Lifeline>();
    ViewerInput input_;
    Bytes inserted_;            ///< waits for its turn
    bool joined_ = false;       ///< bytes flow
    bool over_ = false;         ///< one side is lost, or both were cut
    bool mid_message_ = false;  ///< a message to the server is on its way
};

}  // namespace pronto::vnc_server
