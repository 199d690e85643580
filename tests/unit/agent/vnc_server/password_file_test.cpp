#include "agent/vnc_server/password_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/rfb-ext/base/temporary_folder.hpp"

using namespace pronto;
using Catch::Contains;
using pronto::vnc_server::read_password;

TEST_CASE("a password is the first line of a file that only its owner can read") {
    const TemporaryFolder folder;
    const auto file = folder / "password";
    write_file_atomically(file, "open up\r\nand more\n");
    CHECK(read_password(file) == "open up");
    write_file_atomically(file, "no line end");
    CHECK(read_password(file) == "no line end");
    for (const unsigned mode : {0640U, 0604U, 0620U, 0601U}) {
        ::chmod(file.c_str(), mode);
        CHECK_THROWS_WITH(read_password(file), Contains("chmod 600") && Contains(file.string()));
    }
}

TEST_CASE("a file without a password is refused with the reason") {
    const TemporaryFolder folder;
    const auto file = folder / "password";
    CHECK_THROWS_WITH(read_password(file), Contains("No such file"));
    write_file_atomically(file, "");
    CHECK_THROWS_WITH(read_password(file), Contains("empty"));
    write_file_atomically(file, "\nsecond line\n");
    CHECK_THROWS_WITH(read_password(file), Contains("empty"));
    write_file_atomically(file, std::string_view("\x17\x52\x6b\x06\x23\x4e\x58\x07", 8));
    CHECK_THROWS_WITH(read_password(file), Contains("vncpasswd") && !Contains("\x17"));
    CHECK_THROWS_WITH(read_password(folder / ""), Contains("no ordinary file"));
}
