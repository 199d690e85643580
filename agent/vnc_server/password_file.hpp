#pragma once

#include <filesystem>
#include <string>

namespace pronto::vnc_server {

/// The first line of a file that only its owner can read. Throws std::runtime_error, for the user, if it cannot be
/// read, others can read it too, or it holds no password. The caller wipes what it gets.
std::string read_password(const std::filesystem::path& file);

}  // namespace pronto::vnc_server
