#include "rfb-ext/base/files.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "rfb-ext/base/log.hpp"
#include "tests/unit/rfb-ext/base/temporary_folder.hpp"

using namespace pronto;
using Catch::Matchers::Contains;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

/// Sets a variable of the environment until the test is over.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        if (value)
            ::setenv(name, value, 1);
        else
            ::unsetenv(name);
    }
    ~Variable() {
        if (before_.empty())
            ::unsetenv(name_);
        else
            ::setenv(name_, before_.c_str(), 1);
    }

private:
    const char* name_;
    std::string before_;
};

}  // namespace

TEST_CASE("a file is written whole, with its mode, and replaces the one before") {
    const TemporaryFolder folder;
    const auto path = folder / "key.pem";
    write_file_atomically(path, "old");
    CHECK(mode_of(path) == 0600);
    write_file_atomically(path, std::string("new\0with nul", 12), 0644);
    CHECK(read_file(path) == std::string("new\0with nul", 12));
    CHECK(mode_of(path) == 0644);
    CHECK(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}) == 1);
}

TEST_CASE("a file that cannot be written is named, and leaves nothing behind") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "taken");
    std::filesystem::create_directory(folder / "taken/inner");
    CHECK_THROWS_WITH(write_file_atomically(folder / "taken", "x"), Contains("taken"));
    CHECK_THROWS_WITH(write_file_atomically(folder / "missing/file", "x"), Contains("missing/file"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder / "."), {}) == 1);
}

TEST_CASE("a file is read up to a limit") {
    const TemporaryFolder folder;
    const auto path = folder / "ten";
    write_file_atomically(path, "0123456789");
    CHECK(read_file(path, 10) == "0123456789");
    CHECK_THROWS_WITH(read_file(path, 9), Contains("ten") && Contains("9 bytes"));
    CHECK_THROWS_WITH(read_file(folder / "none"), Contains("none"));
}

TEST_CASE("a secret is the first line of its file") {
    const TemporaryFolder folder;
    const auto path = folder / "password";
    for (const char* content : {"s3cret word", "s3cret word\n", "s3cret word\r\n", "s3cret word\nsecond line"}) {
        write_file_atomically(path, content);
        CHECK(read_secret(path) == "s3cret word");
    }
    write_file_atomically(path, "");
    CHECK(read_secret(path).empty());
}

TEST_CASE("a password that others may read is told of, and used") {
    const TemporaryFolder folder;
    const auto path = folder / "password";
    const auto log = folder / "log";
    log::configure(log::Level::warning, log);
    write_file_atomically(path, "s3cret", 0600);
    CHECK(read_secret(path) == "s3cret");
    CHECK(read_file(log).empty());
    write_file_atomically(path, "s3cret", 0640);
    CHECK(read_secret(path) == "s3cret");
    log::configure(log::Level::warning);
    CHECK_THAT(read_file(log), Contains("mode 640") && Contains("chmod 600 '" + path.string()) && !Contains("s3cret"));
}

TEST_CASE("a private folder is made with its parents, and nobody else can look inside") {
    const TemporaryFolder folder;
    const auto path = folder / "a/b/c";
    make_private_folder(path);
    CHECK(mode_of(path) == 0700);
    make_private_folder(path);
    write_file_atomically(folder / "file", "");
    CHECK_THROWS_WITH(make_private_folder(folder / "file/inner"), Contains("file"));
}

TEST_CASE("settings stand where the desktop's conventions say") {
    const Variable home("HOME", "/home/mara");
    {
        const Variable xdg("XDG_CONFIG_HOME", "/configs");
        CHECK(user_config_folder() == "/configs/pronto");
    }
    const Variable xdg("XDG_CONFIG_HOME", "");
    CHECK(user_config_folder() == "/home/mara/.config/pronto");
    const Variable homeless("HOME", nullptr);
    CHECK_THROWS_WITH(user_config_folder(), Contains("HOME"));
}
