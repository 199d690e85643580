#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "rfb-ext/base/bytes.hpp"

/// Small files and well-known folders. All throw std::runtime_error naming the path and the system's reason.
namespace pronto {

/// The whole file, which may have at most `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit = 1 << 20);
/// Written beside the target with `mode`, synced, then renamed over it: readers see the old or the new, never half.
void write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode = 0600);
/// Makes the folder (and its parents) with mode 0700 if it is missing.
void make_private_folder(const std::filesystem::path& path);
/// The first line of a password file, without its line end; the way secrets reach scripts. Warns of a file that others
/// than its owner may read.
std::string read_secret(const std::filesystem::path& path);

/// Where a program of Pronto keeps a user's settings: beside a portable console, else $XDG_CONFIG_HOME/pronto.
std::filesystem::path user_config_folder();

}  // namespace pronto
