#pragma once

#include <filesystem>

#include "rfb-ext/tunnel/network.hpp"

namespace pronto::agent {

/// A proxy's user and password, kept only because the user wished so: a text file (0600) of three lines, the first of them the
/// proxy that they are for.
class ProxyLogin {
public:
    explicit ProxyLogin(std::filesystem::path file) : file_(std::move(file)) {}
    /// Into settings that have none; a file that cannot be read is logged.
    void fill_in(tunnel::ProxySettings& proxy) const;
    /// Throws std::runtime_error, for the user.
    void remember(const std::string& proxy, const std::string& user, const Secret& password) const;
    void forget() const;

private:
    std::filesystem::path file_;
};

}  // namespace pronto::agent
