#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/vnc_server/server.hpp"
#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::vnc_server {

namespace asio = boost::asio;

/// A connection whose RFB handshake is done.
struct OpenServer {
    asio::ip::tcp::socket socket;
    wire::ServerInit init;
    Bytes early;  ///< what came after its ServerInit
};

/// Connects and gets in, with the password if the server wants one. When the line is cut, whatever was found out is of
/// no interest any more.
asio::awaitable<boost::system::result<OpenServer, Trouble>> open_server(Server server,
                                                                        std::shared_ptr<tunnel::Lifeline> line,
                                                                        Millis limit);

/// The server ended a connection that was open.
Trouble server_gone(const Address& address);
/// It takes no bytes any more.
Trouble server_stalled(const Address& address);

}  // namespace pronto::vnc_server
