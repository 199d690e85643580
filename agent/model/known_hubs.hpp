#pragma once

#include <filesystem>
#include <vector>

#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::agent {

/// The keys of hubs that this user has agreed to: a text file (0600), one line a hub: "hub.example:443 sha256:... sha256:...".
/// What cannot be read throws std::runtime_error naming the file and the line.
class KnownHubs {
public:
    explicit KnownHubs(std::filesystem::path file) : file_(std::move(file)) {}
    std::vector<tunnel::Pin> pins_of(const tunnel::HubAddress& hub) const;
    /// From now on this key and no other.
    void remember(const tunnel::HubAddress& hub, const tunnel::Pin& pin) const;
    const std::filesystem::path& file() const { return file_; }

private:
    struct Line {
        tunnel::HubAddress hub;
        std::vector<tunnel::Pin> pins;
    };
    std::vector<Line> read() const;
    std::filesystem::path file_;
};

}  // namespace pronto::agent
