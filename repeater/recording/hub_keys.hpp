#pragma once

#include <filesystem>
#include <vector>

namespace pronto::recording {

/// A key beside what it seals would go the way of the movies, into the same backup and the same hands. Throws
/// std::runtime_error saying so if the key file lies in one of the folders, by whatever links; none of them need exist.
void expect_key_outside(const std::filesystem::path& key_file, const std::vector<std::filesystem::path>& folders);

}  // namespace pronto::recording
