#include "rfb-ext/wire/steps.hpp"

#include <algorithm>

#include "rfb-ext/wire/errors.hpp"

namespace pronto::wire::detail {

namespace {

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

Result<int> spoken_minor(ByteView line) {
    const int major = three_digits(line.subspan(4));
    const int minor = three_digits(line.subspan(8));
    if (major < 3 || (major == 3 && minor < 3)) return WireError::unknown_version;
    if (major > 3 || minor >= 8) return 8;
    return minor == 7 ? 7 : 3;
}

}  // namespace

std::string_view version_line(int minor) {
    return minor == 8 ? "RFB 003.008\n" : minor == 7 ? "RFB 003.007\n" : "RFB 003.003\n";
}

Result<int> read_version(ByteView in) {
    if (!looks_like_version(in)) return WireError::not_rfb;
    if (in.size() < version_bytes) return 0;
    return spoken_minor(in);
}

}  // namespace pronto::wire::detail
