#pragma once

#include <string>

#include "rfb-ext/tunnel/hub_address.hpp"

using X509 = struct x509_st;
using X509_STORE_CTX = struct x509_store_ctx_st;

namespace pronto::tunnel {

/// What a peer's certificate says of itself, noted before it is known whether it is trusted.
struct ShownCertificate {
    Pin pin{};
    std::string issuer;           ///< "Example Corp, Web Gateway CA": presentable
    bool is_self_signed = false;  ///< as those a hub makes for itself
    bool names_hub = false;       ///< it was made for the name that was dialled
    bool is_public = false;       ///< in the public logs (RFC 6962), as any of an authority that all computers know
};
ShownCertificate shown_certificate(X509_STORE_CTX* store);

/// Does somebody on the way open TLS connections? A certificate that names the hub, but was made by an authority that
/// is neither the hub itself nor one for the public. Only of one that was not trusted. Where the system trusts such an
/// authority and there are no pins, this cannot be told.
bool looks_intercepted(const ShownCertificate& shown);

}  // namespace pronto::tunnel
