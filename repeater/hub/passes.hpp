#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "repeater/hub/deadlines.hpp"
#include "repeater/hub/hub.hpp"
#include "rfb-ext/base/secrets.hpp"

namespace pronto::hub {

/// One-time passes, by which a standard VNC viewer has one session with one guest. Kept as they are: VncAuth proves a
/// password without sending it, so a hash would be of no use. They live a minute and in memory only.
class Passes {
public:
    static constexpr Millis life{60'000};
    static constexpr std::size_t most_each = 20;  ///< of one operator at once
    static constexpr std::size_t most = 2'000;

    explicit Passes(const Clock& clock) : clock_(clock) {}

    struct Issued {
        std::string pass;    ///< 8 characters, 40 random bits, without those that look alike
        std::string number;  ///< 9 digits, never beginning with 0
        UnixMillis expires = 0;
    };
    /// Errors: too_many_attempts, overloaded.
    std::variant<Issued, control::Error> issue(UsedPass what);

    /// Hub::use_pass and Hub::use_pass_number.
    std::optional<UsedPass> use(const std::function<bool(std::string_view pass)>& matches);
    std::optional<UsedPass> use_number(std::string_view number);

    /// Those of disabled accounts, and of older passwords, are over.
    void keep(const Credentials& enabled);
    void tick();
    std::optional<SteadyTime> next_deadline() const { return expiry_.first(); }
    std::size_t live() const { return entries_.size(); }

private:
    struct Entry {
        Secret pass;
        UsedPass what;
    };

    std::optional<UsedPass> use_up(const std::string& number);

    const Clock& clock_;
    std::map<std::string, Entry> entries_;  ///< by their numbers
    Deadlines<std::string> expiry_;
};

}  // namespace pronto::hub
