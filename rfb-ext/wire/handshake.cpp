#include "rfb-ext/wire/handshake.hpp"

#include <algorithm>
#include <string_view>

#include "rfb-ext/wire/server_stream.hpp"

namespace pronto::wire {

namespace {

using detail::Step;

constexpr std::size_t version_bytes = 12;
constexpr std::size_t server_init_fixed_bytes = 24;
constexpr std::size_t longest_reason_bytes = 4096;
constexpr Byte security_none = 1;

/// "RFB xxx.yyy\n" as far as it has come.
bool looks_like_version(ByteView in) {
    constexpr std::string_view form = "RFB ddd.ddd\n";
    for (std::size_t i = 0; i < std::min(in.size(), form.size()); ++i) {
        const auto digit = in[i] >= '0' && in[i] <= '9';
        if (form[i] == 'd' ? !digit : in[i] != static_cast<Byte>(form[i])) return false;
    }
    return true;
}

int three_digits(ByteView at) {
    return (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
}

/// 3, 7 or 8: which of the RFC's versions to speak with a peer that said `line`. RFC 6143 section 7.1.1 and its
/// practice: UltraVNC's 3.4 and 3.6 and the accidental 3.5 are 3.3; Apple's 3.889 and everything later is 3.8.
Result<int> spoken_minor(ByteView line) {
    const int major = three_digits(line.subspan(4));
    const int minor = three_digits(line.subspan(8));
    if (major < 3 || (major == 3 && minor < 3)) return WireError::unknown_version;
    if (major > 3 || minor >= 8) return 8;
    return minor == 7 ? 7 : 3;
}

std::string_view version_line(int minor) {
    return minor == 8 ? "RFB 003.008\n" : minor == 7 ? "RFB 003.007\n" : "RFB 003.003\n";
}

/// A version line at the front of `in`: the version both speak, or 0 while it is not whole.
Result<int> read_version(ByteView in) {
    if (!looks_like_version(in)) return WireError::not_rfb;
    if (in.size() < version_bytes) return 0;
    return spoken_minor(in);
}

/// A reason (u32 length, text) at the front of `in`: refused once it is whole.
Result<Step> read_reason(ByteView in, std::string& reason) {
    if (in.size() < 4) return Step::waiting;
    const std::size_t length = load_u32(in.data());
    if (length > longest_reason_bytes) return WireError::oversized;
    if (in.size() - 4 < length) return Step::waiting;
    reason = as_text(in.subspan(4, length));
    return WireError::refused;
}

/// A ServerInit at the front of `in`: its bytes once it is whole, 0 until then.
Result<std::size_t> read_server_init(ByteView in, ServerInit& init) {
    if (in.size() < server_init_fixed_bytes) return 0;
    const ServerStream::Limits limits;
    const Size size{load_u16(&in[0]), load_u16(&in[2])};
    const auto format = read_pixel_format(in.subspan(4, pixel_format_bytes));
    const std::size_t name_bytes = load_u32(&in[20]);
    if (!format) return format.error();
    if (!limits.allow(size) || name_bytes > limits.name_bytes) return WireError::oversized;
    if (in.size() - server_init_fixed_bytes < name_bytes) return 0;
    init = {size, *format, std::string(as_text(in.subspan(server_init_fixed_bytes, name_bytes)))};
    return server_init_fixed_bytes + name_bytes;
}

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

}  // namespace

Result<Progress> HostHandshake::feed(ByteView in) {
    return run(in, [this](ByteView rest, Progress& progress) { return step(rest, progress); });
}

Result<Step> HostHandshake::step(ByteView in, Progress& progress) {
    switch (state_) {
        case State::version:
            return take_version(in, progress);
        case State::security_types:
            return choose_security(in, progress);
        case State::security_type_33:
            return take_security_33(in, progress);
        case State::security_result:
            return take_security_result(in, progress);
        case State::server_init:
            return take_server_init(in, progress);
        case State::done:
            progress.done = true;
    }
    return Step::taken;
}

Result<Step> HostHandshake::take_version(ByteView in, Progress& progress) {
    const auto minor = read_version(in);
    if (!minor) return minor.error();
    if (*minor == 0) return Step::waiting;
    minor_ = *minor;
    progress.consumed += version_bytes;
    append(progress.reply, as_bytes(version_line(minor_)));
    state_ = minor_ == 3 ? State::security_type_33 : State::security_types;
    return Step::taken;
}

Result<Step> HostHandshake::choose_security(ByteView in, Progress& progress) {
    if (in.empty()) return Step::waiting;
    const std::size_t count = in[0];
    if (count == 0) return read_reason(in.subspan(1), reason_);
    if (in.size() < 1 + count) return Step::waiting;
    const auto types = in.subspan(1, count);
    if (std::find(types.begin(), types.end(), security_none) == types.end()) return WireError::no_common_security;
    progress.consumed += 1 + count;
    append_u8(progress.reply, security_none);
    if (minor_ == 8)
        state_ = State::security_result;
    else
        send_client_init(progress);  // 3.7 has no SecurityResult for None
    return Step::taken;
}

Result<Step> HostHandshake::take_security_33(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    const auto type = load_u32(in.data());
    if (type == 0) return read_reason(in.subspan(4), reason_);
    if (type != security_none) return WireError::no_common_security;
    progress.consumed += 4;
    send_client_init(progress);
    return Step::taken;
}

Result<Step> HostHandshake::take_security_result(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    if (load_u32(in.data()) != 0) return read_reason(in.subspan(4), reason_);
    progress.consumed += 4;
    send_client_init(progress);
    return Step::taken;
}

void HostHandshake::send_client_init(Progress& progress) {
    append_u8(progress.reply, 1);  // shared: the host must not throw others out for us
    state_ = State::server_init;
}

Result<Step> HostHandshake::take_server_init(ByteView in, Progress& progress) {
    const auto used = read_server_init(in, init_);
    if (!used) return used.error();
    if (*used == 0) return Step::waiting;
    progress.consumed += *used;
    state_ = State::done;
    return Step::taken;
}

const ServerInit& HostHandshake::server_init() const {
    return init_;
}
const std::string& HostHandshake::reason() const {
    return reason_;
}

Bytes ViewerHandshake::greeting() const {
    const auto line = as_bytes(version_line(8));
    return {line.begin(), line.end()};
}

Result<Progress> ViewerHandshake::feed(ByteView in) {
    return run(in, [this](ByteView rest, Progress& progress) { return step(rest, progress); });
}

Result<Step> ViewerHandshake::step(ByteView in, Progress& progress) {
    switch (state_) {
        case State::version:
            return take_version(in, progress);
        case State::security_type:
            return take_security_type(in, progress);
        case State::client_init:
            return take_client_init(in, progress);
        case State::done:
            progress.done = true;
    }
    return Step::taken;
}

Result<Step> ViewerHandshake::take_version(ByteView in, Progress& progress) {
    const auto minor = read_version(in);
    if (!minor) return minor.error();
    if (*minor == 0) return Step::waiting;
    minor_ = *minor;
    progress.consumed += version_bytes;
    if (minor_ == 3) {
        append_u32(progress.reply, security_none);
        state_ = State::client_init;
    } else {
        append_u8(progress.reply, 1);  // one type
        append_u8(progress.reply, security_none);
        state_ = State::security_type;
    }
    return Step::taken;
}

Result<Step> ViewerHandshake::take_security_type(ByteView in, Progress& progress) {
    if (in.empty()) return Step::waiting;
    if (in[0] != security_none) return WireError::no_common_security;
    progress.consumed += 1;
    if (minor_ == 8) append_u32(progress.reply, 0);  // SecurityResult; 3.7 has none for None
    state_ = State::client_init;
    return Step::taken;
}

Result<Step> ViewerHandshake::take_client_init(ByteView in, Progress& progress) {
    if (in.empty()) return Step::waiting;
    progress.consumed += 1;
    shared_ = in[0] != 0;
    append(progress.reply, write(init_));
    state_ = State::done;
    return Step::taken;
}

}  // namespace pronto::wire
