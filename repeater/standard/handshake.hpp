#pragma once

#include "repeater/standard/vnc_socket.hpp"
#include "rfb-ext/wire/steps.hpp"

namespace pronto::standard {

/// One move of a handshake (HostHandshake, ViewerLogin): feeds it what has come, reads more if it took nothing, and
/// writes its replies. True: it took something, or needs something else than bytes. Errors: the handshake's, the socket's.
template <class Handshake>
asio::awaitable<Result<wire::Progress>> advance_once(VncSocket& socket, Handshake& handshake, Millis deadline) {
    for (;;) {
        auto& early = socket.early();
        auto progress = handshake.feed(ByteView(early));
        if (progress.has_error()) co_return progress.error();
        const auto& step = progress.value();
        early.erase(early.begin(), early.begin() + static_cast<std::ptrdiff_t>(step.consumed));
        if (!step.reply.empty()) {
            const auto sent = co_await socket.write(ByteView(step.reply), deadline);
            if (sent.has_error()) co_return sent.error();
        }
        if (step.done || step.consumed > 0 || !step.reply.empty()) co_return progress;
        const auto read = co_await socket.read_more(deadline);
        if (read.has_error()) co_return read.error();
    }
}

}  // namespace pronto::standard
