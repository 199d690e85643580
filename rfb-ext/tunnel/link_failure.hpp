#pragma once

#include <string>
#include <string_view>

#include "rfb-ext/base/result.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"
#include "rfb-ext/tunnel/shown_certificate.hpp"

namespace pronto::tunnel {

/// A value, or the failure that ends the link or the stream.
template <class T>
using Linked = boost::system::result<T, LinkFailure>;

/// Which hub, and what is being done with it ("connecting"): every message names both.
struct Where {
    HubAddress hub;
    std::string step;
    Millis limit{};  ///< how long the step may take
};

/// The hub's name has no address; `later`: the name service does not answer now.
LinkFailure unknown_name(const Where& where, bool later);
LinkFailure unreachable(const Where& where, std::string_view reason);
LinkFailure timed_out(const Where& where);
/// `presented` is the key shown; `reason` OpenSSL's words where there were no pins.
LinkFailure untrusted(const Where& where, const std::optional<Pin>& presented, bool pinned, std::string_view reason);
/// Untrusted, in words for the administrator of the network: looks_intercepted() said so.
LinkFailure intercepted(const Where& where, const ShownCertificate& shown, bool pinned);
LinkFailure refused(control::Error error);
LinkFailure lost(const Where& where, std::string_view reason);
LinkFailure not_a_hub(const Where& where, std::string_view reason);

/// What to call an error in the middle of talking to the hub: its end is no reason of its own for people.
std::string in_words(const ErrorCode& error);

}  // namespace pronto::tunnel
