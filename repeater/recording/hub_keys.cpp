#include "repeater/recording/hub_keys.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace pronto::recording {

namespace fs = std::filesystem;

namespace {

/// Links followed as far as there is something, ".." gone, no separator at the end.
fs::path real(const fs::path& path) {
    auto found = fs::weakly_canonical(fs::absolute(path));
    return found.has_filename() ? found : found.parent_path();
}

}  // namespace

void expect_key_outside(const fs::path& key_file, const std::vector<fs::path>& folders) {
    const auto file = real(key_file);
    for (const auto& folder : folders) {
        const auto outer = real(folder);
        if (std::mismatch(outer.begin(), outer.end(), file.begin(), file.end()).first != outer.end()) continue;
        throw std::runtime_error(
            fmt::format("the key file {} lies in {}: whoever copies the movies from there would have their key, too. "
                        "Keep it elsewhere, for example in /etc/pronto",
                        key_file.string(), folder.string()));
    }
}

}  // namespace pronto::recording
