#pragma once

#include "rfb-ext/fbs/movie_screen.hpp"

namespace pronto::fbs {

/// The movie's picture with the pointer in it, made in `memory`. The pointer's place must be known.
const vnc::Picture& with_pointer(const MovieScreen& movie, vnc::Picture& memory);

}  // namespace pronto::fbs
