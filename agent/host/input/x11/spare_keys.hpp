#pragma once

#include <list>
#include <optional>

#include "agent/host/input/x11/keymap.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::host::x11 {

/// Keys that the keyboard does not have, lent to characters its layout lacks: each gives one keysym at every level. A program
/// may look a key up some time after it was pressed, so the one lent longest ago changes its meaning first.
class SpareKeys {
public:
    SpareKeys(Connection& connection, KeyMap& map);
    /// Gives all back, a moment after the last use.
    ~SpareKeys();
    SpareKeys(const SpareKeys&) = delete;
    SpareKeys& operator=(const SpareKeys&) = delete;

    /// The key lent to the keysym already.
    std::optional<unsigned> lent(std::uint32_t keysym);
    /// Lends one; nothing if the keyboard has no key to spare.
    std::optional<unsigned> lend(std::uint32_t keysym);
    /// The layout was changed by somebody: forgets what is no longer as it was lent.
    void check();
    void give_back();

private:
    struct Loan { unsigned keycode = 0; std::uint32_t keysym = 0; };  // keysym 0: free
    void set(unsigned keycode, std::uint32_t keysym);

    Connection& connection_;
    KeyMap& map_;
    std::list<Loan> loans_;  ///< used longest ago first
    SteadyTime used_{};
};

}  // namespace pronto::host::x11
