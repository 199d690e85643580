#pragma once

#include <string_view>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/result.hpp"

/// What the handshakes have in common.
namespace pronto::wire {

struct Progress {
    std::size_t consumed = 0;  ///< bytes of the input used; the rest belongs to what follows
    Bytes reply;               ///< to be written
    bool done = false;
};

namespace detail {

/// Could a step of a handshake be taken with the bytes that are there?
enum class Step { waiting, taken };

/// Runs `step` while it gets on. A step is given what no step has consumed, and says whether it could do anything.
template <class TakeStep>
Result<Progress> run(ByteView in, TakeStep take_step) {
    Progress progress;
    while (!progress.done) {
        const Result<Step> step = take_step(in.subspan(progress.consumed), progress);
        if (!step) return step.error();
        if (*step == Step::waiting) break;
    }
    return progress;
}

/// RFC 6143 section 7.1.2 and the community's registry.
inline constexpr Byte security_none = 1, security_vnc_auth = 2, security_vencrypt = 19;

inline constexpr std::size_t version_bytes = 12;
/// A version line at the front of `in`: the minor version both speak (3, 7 or 8), or 0 while it is not whole. Versions
/// the RFC does not name are treated as its section 7.1.1 and practice say: UltraVNC's 3.4 and 3.6 and the accidental
/// 3.5 are 3.3; Apple's 3.889 and everything later is 3.8. Errors: not_rfb (at the first wrong byte), unknown_version.
Result<int> read_version(ByteView in);
/// "RFB 003.008\n" for 8.
std::string_view version_line(int minor);

}  // namespace detail
}  // namespace pronto::wire
