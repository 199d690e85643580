#pragma once

#include <string>

/// What a program says of the computer it runs on. Empty where the system does not tell.
namespace pronto {

/// Without the domain: "NETCECK".
std::string host_name();
/// Who runs this program.
std::string user_name();
/// "Debian GNU/Linux 12 (bookworm)".
std::string system_name();

}  // namespace pronto
