#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pronto::viewer {

/// 8 characters (VNC authentication counts no more), 40 random bits, without those that look alike.
std::string random_pass();
/// The pass as `vncpasswd` keeps it, which `xtigervncviewer -passwd FILE` and others read: 8 bytes. It hides nothing
/// from whoever can read the file, for the key is known to all.
std::string obfuscated_pass(std::string_view pass);
/// Such a file, 0600, in place of an older one. Throws std::runtime_error naming the file and why not.
void write_pass_file(const std::filesystem::path& file, std::string_view pass);

}  // namespace pronto::viewer
