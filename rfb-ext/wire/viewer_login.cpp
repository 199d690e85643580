#include "rfb-ext/wire/viewer_login.hpp"

#include <algorithm>
#include <cassert>

namespace pronto::wire {

namespace {

using namespace detail;

constexpr std::uint32_t security_result_ok = 0, security_result_failed = 1;
constexpr std::uint32_t tls_plain = 259, x509_plain = 262;
constexpr int vencrypt_major = 0, vencrypt_minor = 2;
constexpr Byte vencrypt_version_agreed = 0, vencrypt_version_refused = 0xFF, vencrypt_tls_begins = 1;
constexpr std::size_t longest_user_bytes = 255, longest_password_bytes = 1024;

void append_reason(Bytes& to, std::string_view reason) {
    append_u32(to, static_cast<std::uint32_t>(reason.size()));
    append(to, as_bytes(reason));
}

}  // namespace

Bytes ViewerLogin::greeting() const {
    const auto line = as_bytes(version_line(8));
    return {line.begin(), line.end()};
}

Result<Progress> ViewerLogin::feed(ByteView in) {
    return run(in, [this](ByteView rest, Progress& progress) { return step(rest, progress); });
}

ViewerLogin::Need ViewerLogin::needs() const {
    switch (state_) {
        case State::tls:
            return x509_ ? Need::x509_tls : Need::anonymous_tls;
        case State::decision:
            return Need::decision;
        case State::closing:
            return Need::close;
        case State::done:
            return Need::nothing;
        default:
            return Need::more;
    }
}

Result<Step> ViewerLogin::step(ByteView in, Progress& progress) {
    switch (state_) {
        case State::version:
            return take_version(in, progress);
        case State::security_type:
            return take_security_type(in, progress);
        case State::vencrypt_version:
            return take_vencrypt_version(in, progress);
        case State::vencrypt_type:
            return take_vencrypt_type(in, progress);
        case State::plain:
            return take_plain(in, progress);
        case State::vnc_auth:
            return take_response(in, progress);
        case State::client_init:
            return take_client_init(in, progress);
        case State::tls:
        case State::decision:
        case State::closing:
            return Step::waiting;
        case State::done:
            progress.done = true;
    }
    return Step::taken;
}

Result<Step> ViewerLogin::take_version(ByteView in, Progress& progress) {
    const auto minor = read_version(in);
    if (!minor) return minor.error();
    if (*minor == 0) return Step::waiting;
    minor_ = *minor;
    progress.consumed += version_bytes;
    const bool way_in = minor_ == 3 ? offer_.vnc_auth && offer_.vnc_auth_33 : offer_.vnc_auth || vencrypt();
    if (!offer_.refusal.empty() || !way_in)
        turn_away(progress.reply);
    else
        offer_types(progress.reply);
    return Step::taken;
}

void ViewerLogin::turn_away(Bytes& reply) {
    reason_ = offer_.refusal.empty() ? offer_.no_way_in : offer_.refusal;
    if (minor_ == 3)
        append_u32(reply, 0);
    else
        append_u8(reply, 0);
    append_reason(reply, reason_);
    state_ = State::closing;
}

void ViewerLogin::offer_types(Bytes& reply) {
    if (minor_ == 3) {
        append_u32(reply, security_vnc_auth);
        challenge(reply);
        return;
    }
    // A viewer takes the first type that it knows: the encrypted one comes first.
    Bytes types;
    if (vencrypt()) append_u8(types, security_vencrypt);
    if (offer_.vnc_auth) append_u8(types, security_vnc_auth);
    append_u8(reply, static_cast<unsigned>(types.size()));
    append(reply, types);
    state_ = State::security_type;
}

void ViewerLogin::challenge(Bytes& reply) {
    append(reply, offer_.challenge);
    state_ = State::vnc_auth;
}

Result<Step> ViewerLogin::take_security_type(ByteView in, Progress& progress) {
    if (in.empty()) return Step::waiting;
    if (in[0] == security_vencrypt && vencrypt()) {
        append_u8(progress.reply, vencrypt_major);
        append_u8(progress.reply, vencrypt_minor);
        state_ = State::vencrypt_version;
    } else if (in[0] == security_vnc_auth && offer_.vnc_auth) {
        challenge(progress.reply);
    } else {
        return WireError::no_common_security;
    }
    progress.consumed += 1;
    return Step::taken;
}

Result<Step> ViewerLogin::take_vencrypt_version(ByteView in, Progress& progress) {
    if (in.size() < 2) return Step::waiting;
    progress.consumed += 2;
    if (in[0] != vencrypt_major || in[1] != vencrypt_minor) {
        reason_ = "the viewer does not know VeNCrypt 0.2";
        append_u8(progress.reply, vencrypt_version_refused);
        state_ = State::closing;
        return Step::taken;
    }
    append_u8(progress.reply, vencrypt_version_agreed);
    Bytes types;
    if (offer_.x509_plain) append_u32(types, x509_plain);
    if (offer_.tls_plain) append_u32(types, tls_plain);
    append_u8(progress.reply, static_cast<unsigned>(types.size() / 4));
    append(progress.reply, types);
    state_ = State::vencrypt_type;
    return Step::taken;
}

Result<Step> ViewerLogin::take_vencrypt_type(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    const auto type = load_u32(in.data());
    x509_ = type == x509_plain;
    if (x509_ ? !offer_.x509_plain : type != tls_plain || !offer_.tls_plain) return WireError::no_common_security;
    progress.consumed += 4;
    append_u8(progress.reply, vencrypt_tls_begins);
    state_ = State::tls;
    return Step::taken;
}

void ViewerLogin::tls_ready() {
    assert(state_ == State::tls);
    state_ = State::plain;
}

Result<Step> ViewerLogin::take_plain(ByteView in, Progress& progress) {
    if (in.size() < 4) return Step::waiting;
    const std::size_t user_bytes = load_u32(in.data());
    if (user_bytes > longest_user_bytes) return WireError::oversized;
    if (in.size() < 8) return Step::waiting;
    const std::size_t password_bytes = load_u32(&in[4]);
    if (password_bytes > longest_password_bytes) return WireError::oversized;
    const auto texts = in.subspan(8);
    if (texts.size() < user_bytes + password_bytes) return Step::waiting;
    plain_ = PlainCredentials{std::string(as_text(texts.first(user_bytes))),
                              Secret(std::string(as_text(texts.subspan(user_bytes, password_bytes)))), x509_};
    progress.consumed += 8 + user_bytes + password_bytes;
    state_ = State::decision;
    return Step::taken;
}

Result<Step> ViewerLogin::take_response(ByteView in, Progress& progress) {
    if (in.size() < challenge_bytes) return Step::waiting;
    answer_.emplace().challenge = offer_.challenge;
    std::copy_n(in.begin(), challenge_bytes, answer_->response.begin());
    progress.consumed += challenge_bytes;
    state_ = State::decision;
    return Step::taken;
}

Bytes ViewerLogin::accepted() {
    assert(state_ == State::decision);
    state_ = State::client_init;
    Bytes reply;
    append_u32(reply, security_result_ok);
    return reply;
}

Bytes ViewerLogin::refused(std::string_view reason) {
    assert(state_ == State::decision);
    state_ = State::closing;
    reason_ = reason;
    Bytes reply;
    append_u32(reply, security_result_failed);
    if (minor_ == 8 || plain_) append_reason(reply, reason_);
    return reply;
}

Result<Step> ViewerLogin::take_client_init(ByteView in, Progress& progress) {
    if (in.empty()) return Step::waiting;
    progress.consumed += 1;
    shared_ = in[0] != 0;
    state_ = State::done;
    return Step::taken;
}

}  // namespace pronto::wire
