#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

/// Keys of this computer as the remote one must hear them. No widgets here: numbers and text as FLTK reports them.
namespace pronto::viewer {

/// A key as it was struck.
struct Stroke {
    int place = 0;          ///< which key of the keyboard, whatever it types; 0: text from an input method
    int key = 0;            ///< FLTK's number of what it types without modifiers
    std::string_view text;  ///< UTF-8 that it made, after dead keys and compose; may be empty
    bool shift = false;
    bool command = false;  ///< Ctrl, Alt or Meta is held: `text` is then not what shall be typed
};

/// The X11 keysym of a character: Latin-1 as it is, others 0x01000000 + code point; 0 for control characters.
std::uint32_t keysym_of_character(char32_t character);

/// The keysym of a key that makes no text, or whose text does not count. FLTK numbers printable keys by their ASCII
/// character and others by their X11 keysym, but for multimedia keys. 0 if nothing shall be sent: Caps Lock and Num
/// Lock have already had their effect on the text.
std::uint32_t keysym_of_key(int key, bool shift);

/// The place on the keyboard of the key that FLTK reports right now; 0 if it is none. One implementation per platform
/// (x11/): FLTK's own key numbers change with the layout, also between a press and its release.
int place_of_current_key();

/// Which keys are down on the remote side. Every press is released by the very keysym it was pressed with, however the
/// layout or the modifiers changed in between; losing the focus releases all.
class Keyboard {
public:
    using Send = std::function<void(std::uint32_t keysym, bool down)>;
    explicit Keyboard(Send send) : send_(std::move(send)) {}

    void press(const Stroke& stroke);
    void release(int place);
    void release_all();
    /// Presses in order, releases in reverse: Ctrl+Alt+Del.
    void chord(const std::vector<std::uint32_t>& keysyms);

private:
    void tap_text(std::string_view text);
    Send send_;
    std::map<int, std::uint32_t> down_;  ///< by place
};

}  // namespace pronto::viewer
