#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/geometry.hpp"

/// What a scripted session does, one step after the other. As text, one step a line:
///
///     type TEXT            keys of TEXT, to the end of the line
///     key NAME[+NAME...]   one key or a chord: Return, Ctrl+Alt+Delete
///     move X Y             the pointer
///     click X Y [BUTTON]   left (1), middle (2) or right (3)
///     wait-change [MS]     until the screen has changed since the last key or click; fails after MS (10,000)
///     wait-still MS [MS]   until nothing has changed for MS; fails after the second MS (10,000 more)
///     sleep MS
///     save FILE            the screen as a PNG picture
///     clipboard TEXT       to the guest's clipboard
///     record on|off        lets the recording go on, or pauses it
///     end                  ends the session; must be the last
namespace pronto::viewer {

namespace step {
struct Type {
    std::vector<std::uint32_t> keysyms;
    bool operator==(const Type&) const = default;
};
struct Key {
    std::vector<std::uint32_t> keysyms;  ///< pressed in this order, released in the other
    bool operator==(const Key&) const = default;
};
struct Move {
    Point to;
    bool operator==(const Move&) const = default;
};
struct Click {
    Point at;
    unsigned button = 1;
    bool operator==(const Click&) const = default;
};
struct WaitChange {
    Millis at_most{10'000};
    bool operator==(const WaitChange&) const = default;
};
struct WaitStill {
    Millis still{0};
    Millis at_most{10'000};
    bool operator==(const WaitStill&) const = default;
};
struct Sleep {
    Millis time{0};
    bool operator==(const Sleep&) const = default;
};
struct Save {
    std::string file;
    bool operator==(const Save&) const = default;
};
struct SendClipboard {
    std::string text;
    bool operator==(const SendClipboard&) const = default;
};
struct Record {
    bool on = true;
    bool operator==(const Record&) const = default;
};
struct End {
    bool operator==(const End&) const = default;
};
}  // namespace step

using Step = std::variant<step::Type, step::Key, step::Move, step::Click, step::WaitChange, step::WaitStill, step::Sleep,
                          step::Save, step::SendClipboard, step::Record, step::End>;

/// Throws std::runtime_error that says what is wrong with the line.
Step parse_step(std::string_view line);
/// A whole script; empty lines and lines that start with # do nothing. Throws std::runtime_error with the line's number.
std::vector<Step> parse_script(std::string_view text);
/// Throws std::runtime_error if `end` is not the last one.
void check_order(const std::vector<Step>& steps);
/// For the progress shown: never the text that is typed or sent.
std::string described(const Step& step);

}  // namespace pronto::viewer
