#include "rfb-ext/fbs/errors.hpp"

#include <string>

#include <boost/system/error_category.hpp>

namespace pronto::fbs {

namespace {

const char* words(FbsError error) {
    switch (error) {
        case FbsError::not_fbs:
            return "it does not begin with \"FBS 001.000\"";
        case FbsError::empty_block:
            return "a block without data";
        case FbsError::oversized_block:
            return "a block longer than 16 MB";
        case FbsError::oversized_message:
            return "a message longer than 512 MB";
        case FbsError::bad_padding:
            return "a block's padding is not zero";
        case FbsError::time_goes_back:
            return "a time stamp that goes back";
        case FbsError::bad_start:
            return "the stream does not start with RFB 3.3 and a readable ServerInit";
        case FbsError::undecodable:
            return "a message that cannot be drawn";
    }
    return "an unknown error";
}

// Boost's base class is never deleted through, and says so by having no virtual destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "fbs"; }
    std::string message(int value) const override { return words(static_cast<FbsError>(value)); }
};
#pragma GCC diagnostic pop

}  // namespace

ErrorCode make_error_code(FbsError error) {
    static const Category category;
    return {static_cast<int>(error), category};
}

}  // namespace pronto::fbs
