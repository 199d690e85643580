#pragma once

#include <filesystem>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::bench {

/// Captured RFB traffic: the start of a session and its server messages, in order, as the host writes them (0.2-60 KB).
struct Traffic {
    wire::ServerInit init;
    std::vector<Bytes> writes;
    std::size_t bytes = 0;
};

/// Reads a movie (FBS 001.000) as it was captured. Throws std::runtime_error.
Traffic read_traffic(const std::filesystem::path& movie);

}  // namespace pronto::bench
