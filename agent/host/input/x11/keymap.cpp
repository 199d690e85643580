#include "agent/host/input/x11/keymap.hpp"

#include <X11/keysym.h>

#include <array>
#include <stdexcept>

#include "agent/host/x11/xlib.hpp"

namespace pronto::host::x11 {
namespace {

/// Keys whose keysym is no character: modifiers must not be touched for them. The keypad's digits do depend on modifiers.
bool is_function(std::uint32_t keysym) {
    const bool keypad = keysym >= XK_KP_Space && keysym <= XK_KP_9;
    return keysym >= 0xFE00 && keysym <= 0xFFFF && !keypad;
}

}  // namespace

std::uint32_t canonical_keysym(std::uint32_t keysym) {
    const std::uint32_t character = keysym - 0x01000000;
    const bool latin_1 = (character >= 0x20 && character <= 0x7E) || (character >= 0xA0 && character <= 0xFF);
    return latin_1 ? character : keysym;
}

KeyMap::KeyMap(Connection& connection) : connection_(connection) {
    int opcode = 0, error = 0, major = XkbMajorVersion, minor = XkbMinorVersion;
    require_extension(XkbQueryExtension(connection.get(), &opcode, &event_, &error, &major, &minor), "XKEYBOARD", "typing");
    const unsigned changes = XkbNewKeyboardNotifyMask | XkbMapNotifyMask;
    XkbSelectEvents(connection.get(), XkbUseCoreKbd, changes, changes);
    read();
    if (!map_) throw std::runtime_error("the X display does not tell its keyboard's layout");
}

KeyMap::~KeyMap() {
    if (map_) XkbFreeKeyboard(map_, XkbAllComponentsMask, True);
}

void KeyMap::read() {
    auto* fresh = XkbGetMap(connection_.get(), XkbAllClientInfoMask, XkbUseCoreKbd);
    if (!fresh) return;
    if (map_) XkbFreeKeyboard(map_, XkbAllComponentsMask, True);
    map_ = fresh;
    third_level_ = 0;
    for (unsigned key = first_key(); key <= last_key(); ++key)
        if (map_->map->modmap[key] != 0 && has(key, XK_ISO_Level3_Shift)) third_level_ = map_->map->modmap[key];
}

bool KeyMap::follow_changes() {
    bool changed = false;
    while (!connection_.lost() && XPending(connection_.get()) > 0) {
        XEvent event;
        XNextEvent(connection_.get(), &event);
        changed = changed || event.type == MappingNotify || event.type == event_;
    }
    if (changed) read();
    return changed;
}

KeyMap::State KeyMap::state() const {
    XkbStateRec now{};
    if (XkbGetState(connection_.get(), XkbUseCoreKbd, &now) != 0) return {};
    return {now.mods, now.group, now.locked_group};
}

unsigned KeyMap::first_key() const { return map_->min_key_code; }
unsigned KeyMap::last_key() const { return map_->max_key_code; }
unsigned KeyMap::shift() const { return ShiftMask; }

bool KeyMap::has(unsigned keycode, std::uint32_t keysym) const {
    const auto* symbols = XkbKeySymsPtr(map_, keycode);
    for (int i = 0; i < XkbKeyNumSyms(map_, keycode); ++i)
        if (symbols[i] == keysym) return true;
    return false;
}

bool KeyMap::empty(unsigned keycode) const {
    const auto* symbols = XkbKeySymsPtr(map_, keycode);
    for (int i = 0; i < XkbKeyNumSyms(map_, keycode); ++i)
        if (symbols[i] != NoSymbol) return false;
    return true;
}

bool KeyMap::is_modifier(unsigned keycode) const { return map_->map->modmap[keycode] != 0; }

std::vector<unsigned> KeyMap::keys_for(unsigned modifier) const {
    std::vector<unsigned> keys;
    for (unsigned key = first_key(); key <= last_key(); ++key)
        if (map_->map->modmap[key] & modifier) keys.push_back(key);
    return keys;
}

unsigned KeyMap::key_for(unsigned modifier) const {
    // A key of the third level may stand on the same modifier as something that locks.
    const KeySym wanted = modifier == shift() ? XK_Shift_L : XK_ISO_Level3_Shift;
    for (const unsigned key : keys_for(modifier))
        if (XkbKeyNumGroups(map_, key) > 0 && XkbKeySymEntry(map_, key, 0, 0) == wanted) return key;
    return 0;
}

std::optional<unsigned> KeyMap::character_key(std::uint32_t keysym, unsigned modifiers, unsigned group) const {
    for (unsigned key = first_key(); key <= last_key(); ++key) {
        unsigned consumed = 0;
        KeySym given = NoSymbol;
        if (XkbTranslateKeyCode(map_, static_cast<KeyCode>(key), XkbBuildCoreState(modifiers, group), &consumed, &given) &&
            canonical_keysym(static_cast<std::uint32_t>(given)) == keysym)
            return key;
    }
    return std::nullopt;
}

std::optional<unsigned> KeyMap::function_key(std::uint32_t keysym) const {
    for (unsigned key = first_key(); key <= last_key(); ++key)
        if (XkbKeyNumGroups(map_, key) > 0 && XkbKeySymEntry(map_, key, 0, 0) == keysym) return key;
    for (unsigned key = first_key(); key <= last_key(); ++key)
        if (has(key, keysym)) return key;
    return std::nullopt;
}

std::optional<Stroke> KeyMap::find(std::uint32_t keysym, const State& now) const {
    if (is_function(keysym)) {
        const auto key = function_key(keysym);
        return key ? std::optional(Stroke{*key, now.modifiers, now.group}) : std::nullopt;
    }
    const std::array changes{0U, shift(), third_level_, shift() | third_level_};
    constexpr unsigned groups = XkbNumKbdGroups;  // those a layout lacks stand for ones it has
    for (unsigned i = 0; i < groups; ++i) {
        const unsigned group = (now.group + i) % groups;
        for (const unsigned change : changes)
            if (const auto key = character_key(keysym, now.modifiers ^ change, group)) return Stroke{*key, now.modifiers ^ change, group};
    }
    return std::nullopt;
}

}  // namespace pronto::host::x11
