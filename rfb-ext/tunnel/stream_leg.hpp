#pragma once

#include <memory>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/dial.hpp"

namespace pronto::tunnel {

/// The network's side of a stream: bytes straight behind a raw upgrade, or in a WebSocket's binary messages. One read
/// and one write may be under way at a time, as TlsStream has it; so are its errors.
class StreamLeg {
public:
    explicit StreamLeg(TlsStream raw);
    /// What WebSocket needs to live on while operations are pending.
    class Messages;
    explicit StreamLeg(std::shared_ptr<Messages> messages);

    asio::awaitable<Result<std::size_t>> read(std::span<Byte> into);
    /// All of it; over WebSocket one message.
    asio::awaitable<Result<void>> write(ByteView all);
    /// Says that nothing more comes.
    void close_gracefully();
    void close();
    asio::any_io_executor get_executor() const;
    const TlsStream::Socket& next_layer() const;

private:
    std::optional<TlsStream> raw_;
    std::shared_ptr<Messages> messages_;
};

/// GET `target` upgraded to WebSocket, on a fresh stream to the hub.
asio::awaitable<Linked<StreamLeg>> upgrade_to_messages(Route route, std::shared_ptr<Lifeline> line, std::string target,
                                                       Secret token);

}  // namespace pronto::tunnel
