#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/descriptor.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::agent {

/// A guest's place at a hub. Without its sessions: nobody has agreed to them in another run of the program.
struct Place {
    tunnel::HubAddress hub;
    std::vector<tunnel::Pin> pins;  ///< in force when it was kept; none: the system's authorities
    std::string name;               ///< of this computer, as operators see it
    Secret token;
    Secret key;
};

/// The place, kept for the next run of the program should this one end without a goodbye: a text file (0600) beside the
/// settings. It belongs to one running program at a time, the first that wants it; for others nothing is kept.
class KeptPlace {
public:
    /// How long the hub keeps it (docs/protocol.md, Resuming).
    static constexpr Millis longest = std::chrono::hours(7 * 24);

    /// `shares`: what the program shares; a place is for the same only.
    KeptPlace(std::filesystem::path file, std::string shares) : file_(std::move(file)), shares_(std::move(shares)) {}

    /// What the last run left, if it is no older than `longest`. What cannot be read is as if it were not there.
    std::optional<Place> take(UnixMillis now);
    /// In the place of what was kept. A file that cannot be written is logged.
    void keep(const Place& place, UnixMillis now);
    void forget();

private:
    bool belongs_to_us();

    const std::filesystem::path file_;
    const std::string shares_;
    std::unique_ptr<Descriptor> lock_;  ///< while it belongs to us
};

}  // namespace pronto::agent
