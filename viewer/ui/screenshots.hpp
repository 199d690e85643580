#pragma once

#include <filesystem>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace pronto::viewer {

/// Where the user keeps pictures: Pictures in the home folder if it is there, else the home folder.
std::filesystem::path pictures_folder();
/// "NETCECK-210EB 2026-11-22 10.30.05.png" in local time. The guest chose its name: what is not a letter, a digit or
/// one of
/// "-_. " becomes "_", and it neither begins with a dot nor is longer than 80 characters.
std::string screenshot_name(const std::string& guest, UnixMillis time);

}  // namespace pronto::viewer
