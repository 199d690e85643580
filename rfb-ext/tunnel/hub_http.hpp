#pragma once

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/dial.hpp"
#include "rfb-ext/tunnel/rest.hpp"
#include "rfb-ext/tunnel/stream_leg.hpp"

namespace pronto::tunnel {

/// POST /api/v1/login on a fresh stream. The token that proves the operator from now on.
asio::awaitable<Linked<Secret>> log_in(Route route, std::shared_ptr<Lifeline> line, Secret user, Secret password);

/// Sends it on a stream to the hub and reads the answer, within three of the route's steps; whatever the status. `kept`
/// tells whether the hub keeps the stream for another.
asio::awaitable<Linked<RestAnswer>> ask_rest(Route route, std::shared_ptr<Lifeline> line, TlsStream& stream,
                                             RestRequest request, Secret token, bool& kept);

/// Asks what every hub tells (GET /healthz): is one at the other end? The stream can be used further.
asio::awaitable<Linked<bool>> answers_as_hub(Route route, std::shared_ptr<Lifeline> line, TlsStream& stream);

/// A stream whose upgrade the hub accepted, with the bytes that came right behind its answer.
struct Upgraded {
    StreamLeg network;
    Bytes early;
};
/// GET /api/v1/sessions/{session}/streams/{stream} with Upgrade: pronto-stream; where something on the way does not let that
/// pass, again as a WebSocket, which is remembered with the way.
asio::awaitable<Linked<Upgraded>> upgrade_to_stream(Route route, std::shared_ptr<Lifeline> line, std::string session,
                                                    std::string stream, Secret token);

}  // namespace pronto::tunnel
