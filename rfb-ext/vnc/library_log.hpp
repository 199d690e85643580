#pragma once

#include <string>

namespace pronto::vnc {

/// Sends what LibVNCServer prints (peers' bytes among it) to log::debug, once for the process. Call it before anything else
/// of the library's.
void quiet_the_library();

/// What the library last complained of on this thread, and forgets it: the best reason there is when a call fails.
std::string take_library_words();

}  // namespace pronto::vnc
