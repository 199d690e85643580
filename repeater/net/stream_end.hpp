#pragma once

#include <string>
#include <utility>

#include "repeater/hub/hub.hpp"

namespace pronto::net {

/// How a stream came to its end; what passed is filled in by whoever reports it.
inline hub::StreamEnd stream_end(hub::StreamEnd::Cause cause, std::string detail = {}) {
    hub::StreamEnd end;
    end.cause = cause;
    end.detail = std::move(detail);
    return end;
}

}  // namespace pronto::net
