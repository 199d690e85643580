#pragma once

using BIO = struct bio_st;

namespace pronto::tunnel {

/// OpenSSL's way to a non-blocking socket. Its own socket BIO would do, but for three things: it raises SIGPIPE, and it does
/// not tell a reset from other failures, nor that the socket has just been emptied (which saves a recv per message).
/// The descriptor is borrowed. Throws std::bad_alloc.
BIO* new_socket_bio(int descriptor);

/// What the BIO learnt from its last calls.
struct SocketBioState {
    int descriptor = -1;
    int error = 0;         ///< errno of the last recv or send that failed for good
    bool emptied = false;  ///< the last recv took less than it had room for
};
SocketBioState& socket_bio_state(BIO* bio);

}  // namespace pronto::tunnel
