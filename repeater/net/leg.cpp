#include "repeater/net/leg.hpp"

#include <linux/sockios.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>

namespace pronto::net {

std::uint64_t taken_by_peer(const tunnel::TlsStream& stream) {
    if (!stream.is_open()) return 0;
    const auto written = BIO_number_written(SSL_get_wbio(stream.native_handle()));
    int waiting = 0;
    if (::ioctl(SSL_get_fd(stream.native_handle()), SIOCOUTQ, &waiting) != 0) waiting = 0;
    return written - static_cast<std::uint64_t>(waiting);
}

}  // namespace pronto::net
