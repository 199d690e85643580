#pragma once

#include "rfb-ext/base/result.hpp"

namespace pronto::fbs {

/// Why a file is not a movie we can read. What stands in its messages is judged by wire::WireError.
enum class FbsError {
    not_fbs = 1,      ///< no "FBS 001.000" at the front
    empty_block,      ///< a block of length zero
    oversized_block,  ///< a block over BlockReader::longest_block_bytes
    oversized_message,  ///< a message over MovieReader::longest_message_bytes
    bad_padding,      ///< padding that is not zero
    time_goes_back,   ///< a time stamp before the one of the block before
    bad_start,        ///< the stream does not start with RFB 3.3, security None and a ServerInit
    undecodable,      ///< a message cannot be drawn
};
ErrorCode make_error_code(FbsError error);

}  // namespace pronto::fbs

template <>
struct boost::system::is_error_code_enum<pronto::fbs::FbsError> : std::true_type {};
