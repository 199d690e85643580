#include <array>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

constexpr bool pseudo = true, picture = false, always = true, asked = false;

constexpr std::array table{
    Kind{encoding::tight, picture, asked, tight},
    Kind{encoding::copy_rect, picture, always, copy_rect},
    Kind{encoding::raw, picture, always, raw},
    Kind{encoding::hextile, picture, asked, hextile},
    Kind{encoding::zrle, picture, asked, zlib},
    Kind{encoding::zlib, picture, asked, zlib},
    Kind{encoding::rre, picture, asked, rre},
    Kind{encoding::corre, picture, asked, corre},
    Kind{encoding::trle, picture, asked, trle},
    Kind{encoding::tight_png, picture, asked, tight_png},
    Kind{encoding::last_rect, pseudo, asked, header_only},
    Kind{encoding::cursor, pseudo, asked, cursor},
    Kind{encoding::pointer_pos, pseudo, asked, header_only},
    Kind{encoding::x_cursor, pseudo, asked, x_cursor},
    Kind{encoding::cursor_with_alpha, pseudo, asked, cursor_with_alpha},
    Kind{encoding::desktop_size, pseudo, asked, desktop_size},
    Kind{encoding::extended_desktop_size, pseudo, asked, extended_desktop_size},
    Kind{encoding::desktop_name, pseudo, asked, desktop_name},
    Kind{encoding::led_state, pseudo, asked, led_state},
    Kind{encoding::qemu_extended_key, pseudo, asked, header_only},
};

}  // namespace

std::span<const Kind> kinds() {
    return table;
}

}  // namespace pronto::wire::measure
