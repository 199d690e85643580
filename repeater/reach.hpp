#pragma once

#include <cstdint>

#include "repeater/admin/commands.hpp"
#include "repeater/config.hpp"

namespace pronto {

/// The files of the hub's certificate and its key.
struct Identity {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

/// The configured certificate, or a self-signed one of the hub's own, made at the first start.
Identity made_identity(const HubConfig& config);

/// Where guests and operators find the hub of this configuration, and by what they know it; without a pin if it has no
/// certificate yet. Throws std::runtime_error if there is one that cannot be read.
admin::Reach reach_of(const HubConfig& config);

/// For reach_of() while the hub does not say it itself: the port that it listened on last.
void remember_port(const HubConfig& config, std::uint16_t port);

}  // namespace pronto
