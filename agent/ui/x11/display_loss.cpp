#include "agent/ui/display_loss.hpp"

#include <X11/Xlib.h>

namespace pronto::agent {
namespace {

void (*told)() = nullptr;

}  // namespace

void on_display_loss(void (*lost)()) {
    told = lost;
    XSetIOErrorHandler([](Display*) {
        told();
        return 0;
    });
}

}  // namespace pronto::agent
