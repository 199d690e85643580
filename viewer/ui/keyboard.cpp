#include "viewer/ui/keyboard.hpp"

#include <cctype>
#include <utility>

namespace pronto::viewer {
namespace {

/// FLTK's own numbers, X11's names.
constexpr int first_named_key = 0xFE00;  // ISO_Level3_Shift and friends; 0xFFxx are the classic ones
constexpr int first_multimedia_key = 0xEF00, last_multimedia_key = 0xEFFF;
constexpr std::uint32_t x_multimedia = 0x1008FF00;  // XF86XK_*
constexpr int caps_lock = 0xFFE5, num_lock = 0xFF7F, shift_lock = 0xFFE6;
constexpr int first_mouse_button = 0xFEE8, last_mouse_button = 0xFEEF;

/// The first character of `text` and how many bytes it has; 0 bytes if there is none or it is not UTF-8.
std::pair<char32_t, std::size_t> first_character(std::string_view text) {
    if (text.empty()) return {0, 0};
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (bytes == 0 || bytes > text.size()) return {0, 0};
    char32_t character = bytes == 1 ? lead : lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if (next >> 6 != 2) return {0, 0};
        character = character << 6 | (next & 0x3F);
    }
    return {character, bytes};
}

bool is_named(int key) {
    return key >= first_named_key || (key >= first_multimedia_key && key <= last_multimedia_key);
}

}  // namespace

std::uint32_t keysym_of_character(char32_t character) {
    if (character < 0x20 || (character >= 0x7F && character < 0xA0)) return 0;
    return character < 0x100 ? character : 0x01000000 + character;
}

std::uint32_t keysym_of_key(int key, bool shift) {
    if (key == caps_lock || key == num_lock || key == shift_lock) return 0;
    if (key >= first_mouse_button && key <= last_mouse_button) return 0;
    if (key >= first_multimedia_key && key <= last_multimedia_key)
        return x_multimedia + static_cast<std::uint32_t>(key & 0xFF);
    if (shift && key >= 'a' && key <= 'z') return static_cast<std::uint32_t>(std::toupper(key));
    return key > 0 ? static_cast<std::uint32_t>(key) : 0;
}

void Keyboard::press(const Stroke& stroke) {
    const auto [character, bytes] = first_character(stroke.text);
    const bool composed = bytes > 0 && (stroke.place == 0 || bytes < stroke.text.size());
    if (composed && !stroke.command) return tap_text(stroke.text);
    std::uint32_t keysym = 0;
    if (!is_named(stroke.key) && !stroke.command && bytes > 0) keysym = keysym_of_character(character);
    if (keysym == 0) keysym = keysym_of_key(stroke.key, stroke.shift);
    if (keysym == 0) return;
    const auto [held, fresh] = down_.try_emplace(stroke.place, keysym);
    if (!fresh && held->second != keysym) {  // the same key types something else now
        send_(held->second, false);
        held->second = keysym;
    }
    send_(keysym, true);
}

void Keyboard::release(int place) {
    const auto held = down_.find(place);
    if (held == down_.end()) return;  // pressed elsewhere, or eaten by a dead key
    const auto keysym = held->second;
    down_.erase(held);
    send_(keysym, false);
}

void Keyboard::release_all() {
    const auto held = std::exchange(down_, {});
    for (const auto& [place, keysym] : held) send_(keysym, false);
}

void Keyboard::chord(const std::vector<std::uint32_t>& keysyms) {
    for (const auto keysym : keysyms) send_(keysym, true);
    for (auto keysym = keysyms.rbegin(); keysym != keysyms.rend(); ++keysym) send_(*keysym, false);
}

void Keyboard::tap_text(std::string_view text) {
    while (!text.empty()) {
        const auto [character, bytes] = first_character(text);
        if (bytes == 0) return;
        if (const auto keysym = keysym_of_character(character)) {
            send_(keysym, true);
            send_(keysym, false);
        }
        text.remove_prefix(bytes);
    }
}

}  // namespace pronto::viewer
