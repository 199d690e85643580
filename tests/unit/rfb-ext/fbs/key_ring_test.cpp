#include "rfb-ext/fbs/key_ring.hpp"

#include <charconv>
#include <cstring>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/base/text.hpp"
#include "tests/unit/rfb-ext/fbs/movies.hpp"
#include "tests/unit/rfb-ext/fbs/sealed.hpp"

using namespace pronto;
using namespace pronto::test;
using Catch::Matchers::Contains;
using fbs::KeyRing;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct stat facts = {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

std::filesystem::path save_keys(const Folder& folder, const std::string& text, unsigned mode = 0600) {
    const auto file = folder / "hub.key";
    write_file_atomically(file, text, mode);
    return file;
}

/// What `doing` fails with as a user who owns nothing here: in a process of its own, as rights given up do not all come
/// back.
template <class Doing>
std::string failure_of_another_user(Doing doing) {
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::string said = "nothing";
        try {
            if (::geteuid() != 0 || (::setegid(65534) == 0 && ::seteuid(65534) == 0)) doing();
        } catch (const std::runtime_error& problem) {
            said = problem.what();
        }
        ::_exit(::write(pipe[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string said(1'000, '\0');
    said.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(pipe[0], said.data(), said.size()), 0)));
    ::close(pipe[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return said;
}

/// Is that in this process's memory, where it can be written? `masked`: each byte xor 0xA5, so that the question does
/// not find itself.
bool in_memory(const Bytes& masked) {
    std::ifstream maps("/proc/self/maps");
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);  // not by a stream, whose buffer would keep it
    REQUIRE(memory >= 0);
    constexpr std::uint64_t most = 256 << 20;  // a sanitizer's own areas are far larger
    const auto unmasked_equal = [](Byte there, Byte hidden) { return (there ^ 0xA5) == hidden; };
    bool found = false;
    for (std::string line; std::getline(maps, line);) {
        std::uint64_t begin = 0, end = 0;
        const auto dash = line.find('-'), space = line.find(' ');
        std::from_chars(line.data(), line.data() + dash, begin, 16);
        std::from_chars(line.data() + dash + 1, line.data() + space, end, 16);
        if (line.compare(space + 1, 2, "rw") != 0 || end - begin > most) continue;
        constexpr std::uint64_t page = 4096;  // some cannot be read
        Bytes area(page + masked.size());
        for (auto at = begin; at < end; at += page) {
            const ssize_t got = ::pread(memory, area.data(), area.size(), static_cast<off_t>(at));
            const auto read = area.begin() + std::max<ssize_t>(got, 0);
            found = found || std::search(area.begin(), read, masked.begin(), masked.end(), unmasked_equal) != read;
            wipe(area);
        }
    }
    ::close(memory);
    return found;
}

}  // namespace

TEST_CASE("a file's key comes back with the hub key it was wrapped with, whichever line that stands on") {
    const auto key = fbs::SecretKey::random();
    const auto wrapped = ring("1").wrap(key, as_bytes("header"));
    CHECK(wrapped.size() == KeyRing::wrapped_bytes);
    for (const char* digits : {"1", "12", "21", "3214"}) {
        const auto again = ring(digits).unwrap(ring("1").id(), wrapped, as_bytes("header"));
        REQUIRE(again);
        CHECK(std::equal(key.bytes().begin(), key.bytes().end(), again->bytes().begin()));
    }
    CHECK(ring("21").id() == ring("2").id());
    CHECK_FALSE(ring("2").unwrap(ring("1").id(), wrapped, as_bytes("header")));
    CHECK_FALSE(ring("1").unwrap(ring("1").id(), wrapped, as_bytes("Header")));
    CHECK(ring("1").wrap(key, {}) != ring("1").wrap(key, {}));
}

TEST_CASE("a wrapped key that was changed or cut anywhere is none") {
    const auto keys = ring();
    const auto wrapped = keys.wrap(fbs::SecretKey::random(), as_bytes("h"));
    for (std::size_t at = 0; at < wrapped.size(); ++at) {
        auto changed = wrapped;
        changed[at] ^= 1;
        CHECK_FALSE(keys.unwrap(keys.id(), changed, as_bytes("h")));
        CHECK_FALSE(keys.unwrap(keys.id(), ByteView(wrapped).first(at), as_bytes("h")));
    }
}

TEST_CASE("a key's id is the start of its SHA-256") {
    CHECK(ring("0").id() == hex(ByteView(sha256(Bytes(32, 0))).first(8)));
}

TEST_CASE("a key file has keys, comments and empty lines, and nothing else") {
    const auto ids = [](const std::string& text) { return KeyRing::parse(text, "hub.key").id(); };
    CHECK(ids("# new\r\n\n  " + std::string(64, 'A') + " \r\n" + key_line('1')) == ring("a").id());
    CHECK(ids(std::string(64, '1')) == ring("1").id());
    CHECK_THROWS_WITH(ids(key_line('1') + "\n" + std::string(63, '1')), Contains("hub.key: line 3 is no key"));
    CHECK_THROWS_WITH(ids(std::string(65, '1')), Contains("line 1"));
    CHECK_THROWS_WITH(ids(std::string(63, '1') + "g"), Contains("line 1"));
    CHECK_THROWS_WITH(ids("0x" + std::string(62, '1')), Contains("line 1"));
    CHECK_THROWS_WITH(ids("+" + std::string(63, '1')), Contains("line 1"));
    CHECK_THROWS_WITH(ids("# nothing\n"), Contains("it has no key"));
    CHECK_THROWS_WITH(ids(""), Contains("it has no key"));
}

TEST_CASE("what is wrong with a key file is said without what stands in it") {
    const std::string secret(40, 'b');
    try {
        KeyRing::parse(secret, "hub.key");
        FAIL("it was taken");
    } catch (const std::runtime_error& problem) {
        CHECK_THAT(problem.what(), !Contains("bb"));
    }
}

TEST_CASE("a key file that others may read is refused with what to do") {
    const Folder folder;
    for (const unsigned mode : {0640u, 0604u, 0660u, 0602u, 0610u})
        CHECK_THROWS_WITH(KeyRing::read(save_keys(folder, key_line('1'), mode)), Contains("chmod 600 "));
    for (const unsigned mode : {0600u, 0400u})
        CHECK(KeyRing::read(save_keys(folder, key_line('1'), mode)).id() == ring("1").id());
    CHECK_THROWS_WITH(KeyRing::read(folder / "other.key"),
                      Contains("other.key: it is not there") && Contains("recording key FILE"));
    CHECK_THROWS_WITH(KeyRing::read(folder / "."), Contains("no ordinary file"));
    CHECK_THROWS_WITH(KeyRing::read(save_keys(folder, std::string(70'000, '#'))), Contains("larger"));
}

TEST_CASE("a new key file has one random key, is its owner's alone and replaces nothing") {
    const Folder folder;
    const auto file = folder / "hub.key";
    const auto id = fbs::make_key_file(file);
    CHECK(KeyRing::read(file).id() == id);
    CHECK(mode_of(file) == 0600);
    const auto content = read_file(file);
    CHECK_THROWS_WITH(fbs::make_key_file(file), Contains("hub.key: it is there already") && Contains("--rotate"));
    CHECK(read_file(file) == content);
    CHECK(fbs::make_key_file(folder / "second.key") != id);
    CHECK_THROWS_WITH(fbs::make_key_file(folder / "none" / "hub.key"),
                      Contains("none/hub.key") && Contains("make the folder first: install -d -m 700"));
}

TEST_CASE("a key file that belongs to another user is refused with what to do") {
    const Folder folder;
    const auto closed = folder / "closed", file = closed / "hub.key";
    std::filesystem::create_directory(closed);
    for (const auto& open : {folder / ".", closed}) std::filesystem::permissions(open, std::filesystem::perms(0755));
    fbs::make_key_file(file);
    const auto expect = [](const std::string& doing, const std::string& failure) {
        CHECK_THAT(failure, Contains("cannot " + doing) && Contains("closed/hub.key: permission denied") &&
                                Contains("the hub's user (chown)"));
    };
    for (const auto& shut : {file, closed}) {
        std::filesystem::permissions(shut, std::filesystem::perms::none);
        expect("read", failure_of_another_user([&] { KeyRing::read(file); }));
        const auto rotating = failure_of_another_user([&] { fbs::rotate_key_file(file); });
        expect(shut == file ? "read" : "reach", rotating);
    }
    expect("reach", failure_of_another_user([&] { fbs::expect_key_reachable(file); }));
    expect("make", failure_of_another_user([&] { fbs::make_key_file(file); }));
    std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
    CHECK_NOTHROW(fbs::expect_key_reachable(closed / "none.key"));
    CHECK_NOTHROW(fbs::expect_key_reachable(file));
}

TEST_CASE("a rotated key file wraps with a new key and still knows the old one") {
    const Folder folder;
    const auto file = folder / "hub.key";
    const auto first = fbs::make_key_file(file);
    const auto second = fbs::rotate_key_file(file);
    const auto third = fbs::rotate_key_file(file);
    const auto keys = KeyRing::read(file);
    CHECK(keys.id() == third);
    CHECK(keys.has(first));
    CHECK(keys.has(second));
    CHECK(std::set<std::string>{first, second, third}.size() == 3);
    CHECK(mode_of(file) == 0600);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(file.parent_path())) ++files;
    CHECK(files == 1);
    CHECK_THROWS_WITH(fbs::rotate_key_file(folder / "none.key"), Contains("it is not there"));
    CHECK_THROWS_WITH(fbs::rotate_key_file(save_keys(folder, "rubbish\n")), Contains("line 1"));
}

TEST_CASE("a key file behind a link is rotated where it really lies") {
    const Folder folder;
    const auto first = fbs::make_key_file(folder / "real.key");
    std::filesystem::create_symlink("real.key", folder / "hub.key");
    const auto second = fbs::rotate_key_file(folder / "hub.key");
    CHECK(std::filesystem::is_symlink(folder / "hub.key"));
    CHECK(KeyRing::read(folder / "real.key").id() == second);
    CHECK(KeyRing::read(folder / "hub.key").has(first));
}

TEST_CASE("nothing of a hub key stays in memory once its ring is gone") {
    const Folder folder;
    const auto file = folder / "hub.key";
    fbs::make_key_file(file);
    // By way of another program's memory: what this one reads must not stay here either.
    const auto masked_of = [&](const char* what) {
        Bytes masked;
        const std::string command = std::string("grep -v '#' ") + file.string() +
                                    " | python3 -c \"import sys; t = sys.stdin.read().strip(); b = " + what +
                                    "; sys.stdout.buffer.write(bytes(x ^ 0xA5 for x in b))\"";
        std::FILE* pipe = ::popen(command.c_str(), "r");
        for (int c; (c = std::fgetc(pipe)) != EOF;) masked.push_back(static_cast<Byte>(c));
        ::pclose(pipe);
        return masked;
    };
    const auto masked_key = masked_of("bytes.fromhex(t)"), masked_digits = masked_of("t.encode()");
    REQUIRE(masked_key.size() == 32);
    REQUIRE(masked_digits.size() == 64);
    {
        auto keys = std::make_unique<KeyRing>(KeyRing::read(file));
        CHECK(in_memory(masked_key));  // the search finds what is there
        const auto wrapped = keys->wrap(fbs::SecretKey::random(), {});
        CHECK(keys->unwrap(keys->id(), wrapped, {}));
        CHECK_FALSE(in_memory(masked_digits));
    }
    CHECK_FALSE(in_memory(masked_key));
}
