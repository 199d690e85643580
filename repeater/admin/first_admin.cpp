#include "repeater/admin/first_admin.hpp"

#include <unistd.h>
#include <cstdio>

#include <fmt/format.h>

#include "db/database.hpp"
#include "db/operators.hpp"
#include "repeater/admin/accounts.hpp"
#include "repeater/admin/password.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::admin {

std::filesystem::path first_admin_file(const std::filesystem::path& data_folder) {
    return data_folder / "first-admin";
}

bool ensure_first_admin(db::Database& database, const std::filesystem::path& data_folder) {
    return ensure_first_admin(database, data_folder, ::isatty(STDOUT_FILENO) == 1);
}

bool ensure_first_admin(db::Database& database, const std::filesystem::path& data_folder, bool on_terminal) {
    if (db::Operators(database).count() > 0) return false;
    const auto password = generated_password();
    const auto file = first_admin_file(data_folder);
    const auto change = fmt::format("pronto-repeater user passwd {} --data {}", first_admin_name, data_folder.string());
    // The file first: an account whose password nobody can read would be worse than a file without account.
    if (!on_terminal)
        write_file_atomically(
            file, fmt::format("{}\nThis is the password of the operator \"{}\". Change it with \"{}\", which"
                              " also removes this file.\n",
                              password, first_admin_name, change));
    const SystemClock clock;
    Accounts(database, clock, "hub").add(first_admin_name, password, true);
    if (on_terminal) {
        fmt::print("The first operator is \"{}\" with the password  {}\nIt is shown only now. Change it with \"{}\".\n",
                   first_admin_name, password, change);
        std::fflush(stdout);
    } else {
        log::info("made the first operator \"{}\"; its password is in {}", first_admin_name, file.string());
    }
    return true;
}

}  // namespace pronto::admin
