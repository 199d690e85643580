#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/bridge_place.hpp"

namespace pronto::viewer {

/// The words of the command that starts another VNC viewer (Settings::external_viewer): split at blanks as a shell does
/// ('...', "..." and \ keep things together), but nothing else means anything; only then {host}, {port} and {passfile}
/// are filled in, so that no value can become several words. Throws std::runtime_error that says what is wrong with it.
std::vector<std::string> viewer_command(std::string_view command, const BridgePlace& place,
                                        const std::string& pass_file);

}  // namespace pronto::viewer
