#include "rfb-ext/tunnel/socket_bio.hpp"

#include <cerrno>
#include <cstddef>
#include <new>
#include <sys/socket.h>

#include <openssl/bio.h>

namespace pronto::tunnel {

namespace {

bool is_passing(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int read_socket(BIO* bio, char* into, int size) {
    SocketBioState& state = socket_bio_state(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(state.descriptor, into, static_cast<std::size_t>(size), 0);
    state.emptied = got < size;
    if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (got >= 0) return static_cast<int>(got);
    if (is_passing(errno)) BIO_set_retry_read(bio);
    else state.error = errno;
    return -1;
}

int write_socket(BIO* bio, const char* from, int size) {
    SocketBioState& state = socket_bio_state(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(state.descriptor, from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<int>(sent);
    if (is_passing(errno)) BIO_set_retry_write(bio);
    else state.error = errno;
    return -1;
}

long control_socket(BIO* bio, int command, long, void* out) {
    switch (command) {
        case BIO_CTRL_FLUSH: return 1;
        case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
        case BIO_C_GET_FD:
            if (out) *static_cast<int*>(out) = socket_bio_state(bio).descriptor;
            return socket_bio_state(bio).descriptor;
        default: return 0;
    }
}

int create(BIO* bio) {
    BIO_set_data(bio, new SocketBioState);
    return 1;
}

int destroy(BIO* bio) {
    delete static_cast<SocketBioState*>(BIO_get_data(bio));
    BIO_set_data(bio, nullptr);
    return 1;
}

BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "pronto socket");
    if (!method) throw std::bad_alloc();
    BIO_meth_set_read(method, read_socket);
    BIO_meth_set_write(method, write_socket);
    BIO_meth_set_ctrl(method, control_socket);
    BIO_meth_set_create(method, create);
    BIO_meth_set_destroy(method, destroy);
    return method;
}

}  // namespace

SocketBioState& socket_bio_state(BIO* bio) { return *static_cast<SocketBioState*>(BIO_get_data(bio)); }

BIO* new_socket_bio(int descriptor) {
    static BIO_METHOD* const method = make_method();
    BIO* const bio = BIO_new(method);
    if (!bio) throw std::bad_alloc();
    socket_bio_state(bio).descriptor = descriptor;
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace pronto::tunnel
