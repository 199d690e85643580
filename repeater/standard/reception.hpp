#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>

#include "repeater/net/doorway.hpp"
#include "repeater/standard/mode_one.hpp"

namespace pronto::standard {

/// Whose name and password these are: takes its turn among all tries, counts misses. Errors: wrong_password,
/// too_many_attempts, overloaded, internal.
using LogIn = std::function<asio::awaitable<std::variant<hub::Account, control::Error>>(std::string user, std::string password,
                                                                                        std::string address)>;

/// What the three ports for standard VNC programs share; lives as long as the hub serves.
struct Reception {
    std::shared_ptr<const net::Doorway> door;
    /// Of those who have not proved themselves yet, and of mode I's calls: apart from the hub's own port, which stays open
    /// whatever these ports are used for.
    std::shared_ptr<net::Admission> admission;
    std::shared_ptr<net::Admission> calls;
    LogIn log_in;
    tunnel::TlsContext anonymous_tls;  ///< of TLSPlain
    bool allow_unencrypted = false;
    ModeOneRules mode_one;
    Millis step{10'000};      ///< for what a program does by itself
    Millis typing{120'000};   ///< for a password that a person has to type first
    Millis last_look{5'000};  ///< how long a newer server waits for the older one to prove dead
};

}  // namespace pronto::standard
