#pragma once

#include <filesystem>
#include <string>

namespace pronto::db {
class Database;
}

namespace pronto::admin {

/// The first operator's name.
inline constexpr const char* first_admin_name = "admin";

/// Where the first admin's password stands when there was no terminal to show it on: its first line, mode 0600.
std::filesystem::path first_admin_file(const std::filesystem::path& data_folder);

/// For the hub's start: when there is no operator at all, makes the first admin with a random password, shown on
/// standard output if that is a terminal, else written to first_admin_file(). Returns true if it made one.
bool ensure_first_admin(db::Database& database, const std::filesystem::path& data_folder);
/// As above; `on_terminal` says where the password goes.
bool ensure_first_admin(db::Database& database, const std::filesystem::path& data_folder, bool on_terminal);

}  // namespace pronto::admin
