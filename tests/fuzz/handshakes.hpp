#pragma once

#include <optional>

#include "rfb-ext/wire/handshake.hpp"
#include "tests/fuzz/require.hpp"

/// Feeds a handshake in runs, as an I/O loop would, and says what it consumed, replied and found.
struct Shaken {
    std::size_t consumed = 0;
    pronto::Bytes reply;
    bool done = false;
    std::optional<pronto::ErrorCode> error;
};

template <class Handshake>
Shaken shake(Handshake handshake, pronto::ByteView bytes, std::size_t run) {
    Shaken shaken;
    for (std::size_t come = 0; come < bytes.size() && !shaken.done && !shaken.error;) {
        come = std::min(come + run, bytes.size());
        const auto progress = handshake.feed(bytes.subspan(shaken.consumed, come - shaken.consumed));
        if (!progress) {
            shaken.error = progress.error();
        } else {
            shaken.consumed += progress->consumed;
            require(shaken.consumed <= come);
            pronto::append(shaken.reply, progress->reply);
            shaken.done = progress->done;
        }
    }
    return shaken;
}

/// The same comes out however the bytes are cut; replies to an error are nobody's.
template <class Handshake>
void same_however_cut(const Handshake& handshake, pronto::ByteView bytes, std::size_t run) {
    const auto whole = shake(handshake, bytes, bytes.size());
    for (const std::size_t each : {std::size_t{1}, run}) {
        const auto cut = shake(handshake, bytes, each);
        require(cut.error == whole.error && cut.done == whole.done);
        require(whole.error || (cut.reply == whole.reply && cut.consumed == whole.consumed));
    }
}
