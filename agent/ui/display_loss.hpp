#pragma once

namespace pronto::agent {

/// Calls `lost` when the window's display has gone; it must end the process. After ui::start() and before anything else opens
/// the display. One implementation per platform (x11/).
void on_display_loss(void (*lost)());

}  // namespace pronto::agent
