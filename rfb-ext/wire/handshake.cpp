#include "rfb-ext/wire/handshake.hpp"

#include <algorithm>
#include <string_view>

#include "rfb-ext/wire/server_stream.hpp"

namespace pronto::wire {

namespace {

using namespace detail;

constexpr std::size_t server_init_fixed_bytes = 24;
constexpr std::size_t longest_reason_bytes = 4096;

/// A reason (u32 length, text) at the front of `in`: `error` once it is whole.
Result<Step> read_reason(ByteView in, std::string& reason, WireError error) {
    if (in.size() < 4) return Step::waiting;
    const std::size_t length = load_u32(in.data());
    if (length > longest_reason_bytes) return WireError::oversized;
    if (in.size() - 4 < length) return Step::waiting;
    reason = as_text(in.subspan(4, length));
    return error;
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
        case State::challenge:
            return take_challenge(in, progress);
        case State::password:
            return Step::waiting;
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
    if (count == 0) return turned_away(WireError::refused, in.subspan(1));
    if (in.size() < 1 + count) return Step::waiting;
    const auto types = in.subspan(1, count);
    const auto offered = [&](Byte type) { return std::find(types.begin(), types.end(), type) != types.end(); };
    if (!offered(security_none) && !offered(security_vnc_auth)) return WireError::no_common_security;
    const auto type = offered(security_none) ? security_none : security_vnc_auth;
    progress.consumed += 1 + count;
    append_u8(progress.reply, type);
    begin_security(type, progress);
    return Step::taken;
}

Result<Step> HostHandshake::take_security_33(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    const auto type = load_u32(in.data());
    if (type == 0) return turned_away(WireError::refused, in.subspan(4));
    if (type != security_none && type != security_vnc_auth) return WireError::no_common_security;
    progress.consumed += 4;
    begin_security(static_cast<Byte>(type), progress);
    return Step::taken;
}

void HostHandshake::begin_security(Byte type, Progress& progress) {
    if (type == security_vnc_auth)
        state_ = State::challenge;
    else if (minor_ == 8)
        state_ = State::security_result;
    else
        send_client_init(progress);  // 3.3 and 3.7 have no SecurityResult for None
}

Result<Step> HostHandshake::take_challenge(ByteView in, Progress& progress) {
    if (in.size() < challenge_bytes) return Step::waiting;
    std::copy_n(in.begin(), challenge_bytes, challenge_.emplace().begin());
    progress.consumed += challenge_bytes;
    state_ = State::password;
    return Step::taken;
}

Result<Progress> HostHandshake::give_password(std::string_view password) {
    if (!wants_password()) return WireError::bad_value;
    Progress progress;
    append(progress.reply, vnc_response(*challenge_, password));
    state_ = State::security_result;
    return progress;
}

Result<Step> HostHandshake::take_security_result(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    if (load_u32(in.data()) != 0)
        return turned_away(challenge_ ? WireError::wrong_password : WireError::refused, in.subspan(4));
    progress.consumed += 4;
    send_client_init(progress);
    return Step::taken;
}

Result<Step> HostHandshake::turned_away(WireError why, ByteView reason) {
    failure_ = why;
    if (why == WireError::wrong_password && minor_ != 8) return why;  // before 3.8 a SecurityResult has no reason
    return read_reason(reason, reason_, why);
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
