#pragma once

#include <filesystem>
#include <string>

namespace pronto::admin {

/// In the data folder: where the running hub takes commands (net::LocalDoor).
inline constexpr const char* hub_socket_name = "hub.sock";

struct HubAnswer {
    int status = 0;  ///< as of HTTP
    std::string body;  ///< JSON
};

/// Asks the hub that runs on `data`, as that operator; `body`: JSON. Throws std::runtime_error if none runs there or this
/// user may not ask it.
HubAnswer ask_hub(const std::filesystem::path& data, const std::string& operator_name, const std::string& method,
                  const std::string& path, const std::string& body);

}  // namespace pronto::admin
