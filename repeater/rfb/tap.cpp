#include "repeater/rfb/tap.hpp"

#include <algorithm>
#include <utility>

namespace pronto::rfb {

namespace server = wire::server;

void MovieTap::take(ByteView bytes, const wire::ServerStream::Piece& piece, const wire::ServerStream& host) {
    if (!gave_up_ && (piece.type == server::update || piece.type == server::colour_map)) put(bytes, piece, host);
    init_.size = host.screen();
}

void MovieTap::put(ByteView bytes, const wire::ServerStream::Piece& piece, const wire::ServerStream& host) {
    if (piece.begins && (host.format() != init_.format || host.next_format() != init_.format)) started_ = false;
    if (piece.type == server::update && !started_) start(host.format());
    if (early_bytes_ + message_.size() + bytes.size() > limit_) return give_up();
    keep(bytes, piece.ends);
    if (piece.ends) deliver();
}

void MovieTap::start(const wire::PixelFormat& format) {
    started_ = true;
    init_.format = format;
    sink_.header(init_);
    for (auto& message : std::exchange(early_, {})) sink_.message(std::move(message));
    early_bytes_ = 0;
}

/// A message in one piece gets exactly its room; a longer one that of its predecessor, so that it rarely has to move.
void MovieTap::keep(ByteView bytes, bool ends) {
    const auto needed = message_.size() + bytes.size();
    if (needed > message_.capacity())
        message_.reserve(ends ? needed : std::max({needed, 2 * message_.capacity(), std::min(last_bytes_, limit_)}));
    append(message_, bytes);
}

void MovieTap::deliver() {
    last_bytes_ = message_.size();
    Bytes whole = std::exchange(message_, {});
    if (started_) return sink_.message(std::move(whole));
    early_bytes_ += whole.size();
    early_.push_back(std::move(whole));
}

void MovieTap::give_up() {
    gave_up_ = true;
    message_ = {};
    early_ = {};
    sink_.too_large();
}

}  // namespace pronto::rfb
