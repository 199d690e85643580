#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace pronto {

/// A value, or why there is none. For what a peer or a user can get wrong; a broken environment throws instead.
template <class T>
using Result = boost::system::result<T>;

using ErrorCode = boost::system::error_code;

}  // namespace pronto
