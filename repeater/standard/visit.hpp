#pragma once

#include "repeater/standard/reception.hpp"
#include "repeater/standard/vnc_socket.hpp"
#include "rfb-ext/wire/viewer_login.hpp"

namespace pronto::standard {

/// A standard viewer at the hub.
struct Visitor {
    std::shared_ptr<VncSocket> socket;
    std::string address;
    net::Admission::Place place;
    /// At the point where a decision is needed; none: the viewer has not been greeted yet and need not prove itself more.
    std::unique_ptr<wire::ViewerLogin> login;
};

/// Who the viewer is for, or why it is not let in.
using Judgement = std::variant<hub::UsedPass, std::string>;

/// Lets the viewer visit, or turns it away.
asio::awaitable<void> receive(std::shared_ptr<const Reception> reception, Visitor visitor, Judgement judgement);

/// Tells the viewer in RFB's way why not, as far as its version can be told, and closes.
asio::awaitable<void> turn_away(Visitor visitor, std::string reason);

/// Has the viewer take part in a session as an operator's: asks for one with the guest, or joins the one that runs. The
/// viewer waits, however long the guest thinks; then it sees the screen or hears why not.
asio::awaitable<void> visit(std::shared_ptr<const Reception> reception, Visitor visitor, hub::UsedPass pass);

}  // namespace pronto::standard
