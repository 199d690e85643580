#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/host/x11/connection.hpp"

struct _XkbDesc;

namespace pronto::host::x11 {

/// What to press for a keysym: a key, and the modifiers and the layout (group) that must be in force then.
struct Stroke {
    unsigned keycode = 0;
    unsigned modifiers = 0;
    unsigned group = 0;
    bool operator==(const Stroke&) const = default;
};

/// The keyboard's layout as the server has it now.
class KeyMap {
public:
    explicit KeyMap(Connection& connection);
    ~KeyMap();
    KeyMap(const KeyMap&) = delete;
    KeyMap& operator=(const KeyMap&) = delete;

    /// Reads the connection's events; if the layout has changed, the layout anew. Returns whether it had.
    bool follow_changes();

    struct State {
        unsigned modifiers = 0;         ///< in force, from whatever keyboard
        unsigned group = 0;             ///< in force
        unsigned locked_group = 0;
    };
    State state() const;

    /// The stroke that needs the fewest changes to `now`; nothing if no layout has the keysym. Keys that make no character
    /// (Tab, F1, Shift) are pressed with whatever modifiers there are.
    std::optional<Stroke> find(std::uint32_t keysym, const State& now) const;
    /// Does the key give this keysym at any level?
    bool has(unsigned keycode, std::uint32_t keysym) const;
    bool empty(unsigned keycode) const;  ///< no keysyms at all
    bool is_modifier(unsigned keycode) const;
    /// A key that sets this modifier, 0 if there is none; and every key that does.
    unsigned key_for(unsigned modifier) const;
    std::vector<unsigned> keys_for(unsigned modifier) const;
    /// The modifiers that choose between characters: Shift and the third level.
    unsigned shift() const;
    unsigned third_level() const { return third_level_; }  ///< 0: this layout has none
    unsigned first_key() const;
    unsigned last_key() const;

private:
    void read();
    std::optional<unsigned> character_key(std::uint32_t keysym, unsigned modifiers, unsigned group) const;
    std::optional<unsigned> function_key(std::uint32_t keysym) const;

    Connection& connection_;
    _XkbDesc* map_ = nullptr;
    int event_ = 0;
    unsigned third_level_ = 0;
};

/// The one form of keysyms that have two: Latin-1 characters as Unicode keysyms become Latin-1 keysyms.
std::uint32_t canonical_keysym(std::uint32_t keysym);

}  // namespace pronto::host::x11
