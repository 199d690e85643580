#include "rfb-ext/tunnel/link_failure.hpp"

#include <boost/asio/error.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/words.hpp"

namespace pronto::tunnel {

namespace {

LinkFailure failure(LinkFailure::Kind kind, control::Code code, std::string message, std::string remedy) {
    LinkFailure made;
    made.kind = kind;
    made.error = {code, std::move(message), std::move(remedy)};
    return made;
}

std::string name_of(const Where& where) { return to_text(where.hub); }

}  // namespace

LinkFailure unknown_name(const Where& where, bool later) {
    if (later)
        return failure(LinkFailure::Kind::unreachable, control::Code::offline,
                       fmt::format("Cannot look up the hub {}: the name service does not answer.", where.hub.host),
                       "Check that this computer is connected to the network, and try again.");
    return failure(LinkFailure::Kind::unreachable, control::Code::offline,
                   fmt::format("Cannot find the hub {}: no computer of this name is known.", where.hub.host), "Check the address.");
}

LinkFailure unreachable(const Where& where, std::string_view reason) {
    return failure(LinkFailure::Kind::unreachable, control::Code::offline,
                   fmt::format("The hub {} cannot be reached ({}): {}.", name_of(where), where.step, reason),
                   "Check the hub's address and port, and that this computer is connected to the network.");
}

LinkFailure timed_out(const Where& where) {
    const auto seconds = std::chrono::duration<double>(where.limit).count();
    return unreachable(where, fmt::format("no answer within {:g} s", seconds));
}

LinkFailure untrusted(const Where& where, const std::optional<Pin>& presented, bool pinned, std::string_view reason) {
    const std::string key = presented ? fmt::format("{} ({})", to_text(*presented), pronto::in_words(*presented)) : "no key";
    LinkFailure made =
        pinned ? failure(LinkFailure::Kind::untrusted, control::Code::forbidden,
                         fmt::format("The hub {} showed another key than the one expected: {}.", name_of(where), key),
                         "Somebody may be listening in. Ask the people who run the hub whether its key has changed, and "
                         "go on only with the pin they give you.")
               : failure(LinkFailure::Kind::untrusted, control::Code::forbidden,
                         fmt::format("The hub {} is unknown ({}): it showed {}.", name_of(where), reason, key),
                         "Compare this fingerprint with the one that the people who run the hub give you, and trust the hub "
                         "only if both are the same.");
    made.presented = presented;
    made.pinned = pinned;
    return made;
}

LinkFailure intercepted(const Where& where, const ShownCertificate& shown, bool pinned) {
    const char* const doubt = pinned ? "it is not the hub's key" : "this computer does not know that authority";
    LinkFailure made = failure(
        LinkFailure::Kind::untrusted, control::Code::forbidden,
        fmt::format("Something between this computer and the hub {} seems to open encrypted connections (TLS inspection): the "
                    "certificate shown for the hub was issued by \"{}\", and {}.",
                    name_of(where), shown.issuer, doubt),
        fmt::format("Ask the administrator of this network to exempt {}, port {}, from TLS inspection. Should the hub itself have a "
                    "certificate of that authority, ask the people who run the hub for its pin.",
                    where.hub.host, where.hub.port));
    made.presented = shown.pin;
    made.pinned = pinned;
    made.intercepted = true;
    return made;
}

LinkFailure refused(control::Error error) {
    LinkFailure made;
    made.kind = LinkFailure::Kind::refused;
    made.error = std::move(error);
    return made;
}

LinkFailure lost(const Where& where, std::string_view reason) {
    return failure(LinkFailure::Kind::lost, control::Code::offline,
                   fmt::format("The connection to the hub {} was lost ({}): {}.", name_of(where), where.step, reason),
                   "Check that this computer is connected to the network, and try again.");
}

LinkFailure not_a_hub(const Where& where, std::string_view reason) {
    return failure(LinkFailure::Kind::protocol, control::Code::version_unsupported,
                   fmt::format("What answers at {} is not a hub ({}): {}.", name_of(where), where.step, reason),
                   "Check the address and the port; if both are right, the hub and this program may be of different versions.");
}

std::string in_words(const ErrorCode& error) {
    if (error == boost::asio::error::eof) return "the other side closed the connection";
    return error.message();
}

}  // namespace pronto::tunnel
