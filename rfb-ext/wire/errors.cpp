#include "rfb-ext/wire/errors.hpp"

#include <boost/system/error_category.hpp>
#include <string>

namespace pronto::wire {

namespace {

const char* words(WireError error) {
    switch (error) {
        case WireError::not_rfb:
            return "the peer does not speak RFB";
        case WireError::unknown_version:
            return "the peer's RFB version is older than 3.3";
        case WireError::unknown_message:
            return "a message of a type that was not agreed on";
        case WireError::unasked_encoding:
            return "a rectangle of an encoding that was not asked for";
        case WireError::outside_screen:
            return "a rectangle outside the screen";
        case WireError::oversized:
            return "a length over its limit";
        case WireError::bad_value:
            return "a value that RFB does not allow";
        case WireError::no_common_security:
            return "no security type that both sides know";
        case WireError::refused:
            return "the host refused the connection";
        case WireError::format_change:
            return "a change of pixel format after the first update";
        case WireError::wrong_password:
            return "the VNC server did not accept the password";
        case WireError::bad_repeater_block:
            return "a repeater is to be told an id (\"ID:123456789\") or a host (\"host:port\")";
        case WireError::bad_repeater_id:
            return "no id as in \"ID:123456789\" or \"ID:123456789;secret\" (at most 64 and 128 characters)";
        case WireError::bad_repeater_host:
            return "no host as in \"host:display\", \"host:port\", \"host::port\" or \"[address]:port\"";
    }
    return "an unknown RFB error";
}

// Boost's base class is never deleted through, and says so by having no virtual destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "rfb"; }
    std::string message(int value) const override { return words(static_cast<WireError>(value)); }
};
#pragma GCC diagnostic pop

}  // namespace

ErrorCode make_error_code(WireError error) {
    static const Category category;
    return {static_cast<int>(error), category};
}

}  // namespace pronto::wire
