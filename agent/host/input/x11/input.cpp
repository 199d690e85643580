#include "agent/host/input/input.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <vector>

#include "agent/host/input/x11/keymap.hpp"
#include "agent/host/input/x11/spare_keys.hpp"
#include "agent/host/x11/xlib.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::host {
namespace x11 {
namespace {

constexpr unsigned buttons_known = 8;
constexpr std::size_t most_held = 64;

class X11Input final : public Input {
public:
    explicit X11Input(const std::string& display) : connection_(display), map_(connection_), spares_(connection_, map_) {
        int event = 0, error = 0, major = 0, minor = 0;
        require_extension(XTestQueryExtension(connection_.get(), &event, &error, &major, &minor), "XTEST", "keyboard and mouse");
        XTestGrabControl(connection_.get(), True);  // a program that grabs the server must not lock the operator out
        XKeyboardState keyboard{};
        XGetKeyboardControl(connection_.get(), &keyboard);
        std::copy(std::begin(keyboard.auto_repeats), std::end(keyboard.auto_repeats), repeats_.begin());
    }
    ~X11Input() override { release_all(); }

    void key(std::uint32_t keysym, bool down) override {
        const std::scoped_lock hold(lock_);
        if (connection_.lost()) return;
        if (map_.follow_changes()) spares_.check();
        if (down) press(canonical_keysym(keysym));
        else release(canonical_keysym(keysym));
        XFlush(connection_.get());
    }

    void pointer(Point at, unsigned buttons) override {
        const std::scoped_lock hold(lock_);
        if (connection_.lost()) return;
        XTestFakeMotionEvent(connection_.get(), DefaultScreen(connection_.get()), at.x, at.y, CurrentTime);
        press_buttons(buttons);
        XFlush(connection_.get());
    }

    void release_all() override {
        const std::scoped_lock hold(lock_);
        if (connection_.lost()) return;
        while (!held_.empty()) let_go(held_.begin());
        press_buttons(0);
        XSync(connection_.get(), False);
        spares_.give_back();
    }

private:
    using Held = std::map<std::uint32_t, unsigned>;  // keysym -> key

    void fake(unsigned keycode, bool down) { XTestFakeKeyEvent(connection_.get(), keycode, down, CurrentTime); }

    void press(std::uint32_t keysym) {
        if (const auto again = held_.find(keysym); again != held_.end()) {
            if (map_.is_modifier(again->second)) return;
            fake(again->second, false);  // the server takes a second press for none
            fake(again->second, true);
            return;
        }
        if (held_.size() >= most_held) return;
        const auto now = map_.state();
        const auto stroke = find(keysym, now);
        if (!stroke) {
            log::debug("input: this keyboard has no key to spare for a character");
            return;
        }
        for (auto each = held_.begin(); each != held_.end();)
            each = each->second == stroke->keycode ? let_go(each) : std::next(each);
        repeat_by_itself(stroke->keycode, false);
        press(*stroke, now);
        held_[keysym] = stroke->keycode;
    }

    std::optional<Stroke> find(std::uint32_t keysym, const KeyMap::State& now) {
        if (const auto key = spares_.lent(keysym)) return Stroke{*key, now.modifiers, now.group};
        if (const auto found = map_.find(keysym, now)) return found;
        if (const auto key = spares_.lend(keysym)) return Stroke{*key, now.modifiers, now.group};
        return std::nullopt;
    }

    /// With the modifiers and the layout it needs, which are put back at once.
    void press(const Stroke& stroke, const KeyMap::State& now) {
        std::vector<std::pair<unsigned, bool>> undo;
        const auto change = [&](unsigned keycode, bool down) {
            fake(keycode, down);
            undo.emplace_back(keycode, !down);
        };
        for (const unsigned modifier : {map_.shift(), map_.third_level()}) {
            const bool wanted = stroke.modifiers & modifier;
            if (wanted == static_cast<bool>(now.modifiers & modifier)) continue;
            if (!wanted) for (const unsigned key : held_keys_for(modifier)) change(key, false);
            else if (const unsigned key = map_.key_for(modifier)) change(key, true);
        }
        if (stroke.group != now.group) XkbLockGroup(connection_.get(), XkbUseCoreKbd, stroke.group);
        fake(stroke.keycode, true);
        if (stroke.group != now.group) XkbLockGroup(connection_.get(), XkbUseCoreKbd, now.locked_group);
        for (auto each = undo.rbegin(); each != undo.rend(); ++each) fake(each->first, each->second);
    }

    std::vector<unsigned> held_keys_for(unsigned modifier) const {
        char down[32] = {};
        XQueryKeymap(connection_.get(), down);
        auto keys = map_.keys_for(modifier);
        std::erase_if(keys, [&](unsigned key) { return !(down[key / 8] >> (key % 8) & 1); });
        return keys;
    }

    void release(std::uint32_t keysym) {
        auto found = held_.find(keysym);
        // "A" pressed with Shift may be released as "a" when Shift was let go first: the same key.
        if (found == held_.end())
            found = std::find_if(held_.begin(), held_.end(), [&](const auto& each) { return map_.has(each.second, keysym); });
        if (found != held_.end()) let_go(found);
    }

    Held::iterator let_go(Held::iterator held) {
        fake(held->second, false);
        repeat_by_itself(held->second, true);
        return held_.erase(held);
    }

    /// The viewer sends its own repetitions; the server's would run away while the network stalls between press and release.
    void repeat_by_itself(unsigned keycode, bool on) {
        const bool usual = repeats_[keycode / 8] >> (keycode % 8) & 1;
        if (!usual || map_.is_modifier(keycode)) return;
        XKeyboardControl control{};
        control.key = static_cast<int>(keycode);
        control.auto_repeat_mode = on ? AutoRepeatModeOn : AutoRepeatModeOff;
        XChangeKeyboardControl(connection_.get(), KBKey | KBAutoRepeatMode, &control);
    }

    void press_buttons(unsigned wanted) {
        for (unsigned i = 0; i < buttons_known; ++i)
            if ((wanted ^ buttons_) >> i & 1) XTestFakeButtonEvent(connection_.get(), i + 1, wanted >> i & 1, CurrentTime);
        buttons_ = wanted;
    }

    std::mutex lock_;
    Connection connection_;
    KeyMap map_;
    SpareKeys spares_;
    Held held_;
    unsigned buttons_ = 0;
    std::array<char, 32> repeats_{};  ///< the user's own settings, to be put back
};

}  // namespace
}  // namespace x11

std::unique_ptr<Input> open_input(const std::string& display) { return std::make_unique<x11::X11Input>(display); }

}  // namespace pronto::host
