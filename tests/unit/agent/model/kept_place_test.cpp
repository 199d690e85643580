#include "agent/model/kept_place.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "rfb-ext/base/files.hpp"

using namespace pronto;
using namespace pronto::agent;

namespace {

constexpr UnixMillis now = 1'700'000'000'000;

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("pronto-place-" + random_id(1));
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path file() const { return path / "resume"; }
};

Place place() {
    tunnel::Pin pin;
    pin.fill(0xAB);
    return {{"hub.example", 8443}, {pin}, "NETCECK-E75B1", Secret("token"), Secret("key")};
}

}  // namespace

TEST_CASE("a place is kept for the next run, for its user alone") {
    const Folder folder;
    KeptPlace(folder.file(), "").keep(place(), now);
    CHECK((std::filesystem::status(folder.file()).permissions() & std::filesystem::perms(0777)) == std::filesystem::perms(0600));
    const auto back = KeptPlace(folder.file(), "").take(now + 60'000);
    REQUIRE(back);
    CHECK(back->hub == place().hub);
    CHECK(back->pins == place().pins);
    CHECK(back->name == "NETCECK-E75B1");
    CHECK(back->token.text() == "token");
    CHECK(back->key.text() == "key");
}

TEST_CASE("a place is good for a week, and for what was shared there") {
    const Folder folder;
    KeptPlace(folder.file(), "").keep(place(), now);
    CHECK(KeptPlace(folder.file(), "").take(now + KeptPlace::longest.count()));
    CHECK_FALSE(KeptPlace(folder.file(), "").take(now + KeptPlace::longest.count() + 1));
    CHECK_FALSE(KeptPlace(folder.file(), "").take(now - 1));
    CHECK_FALSE(KeptPlace(folder.file(), "VNC server 127.0.0.1:5901").take(now));
}

TEST_CASE("a place that is forgotten is gone") {
    const Folder folder;
    KeptPlace kept(folder.file(), "");
    CHECK_FALSE(kept.take(now));
    kept.keep(place(), now);
    kept.forget();
    CHECK_FALSE(std::filesystem::exists(folder.file()));
    CHECK_FALSE(kept.take(now));
    kept.forget();
}

TEST_CASE("two programs never have the same place") {
    const Folder folder;
    KeptPlace first(folder.file(), "");
    first.keep(place(), now);
    {
        KeptPlace second(folder.file(), "");
        CHECK_FALSE(second.take(now));
        auto other = place();
        other.name = "OTHER";
        second.keep(other, now);
        second.forget();
    }
    CHECK(first.take(now)->name == "NETCECK-E75B1");
}

TEST_CASE("a file that is cut anywhere, or is none of ours, is as if it were not there") {
    const Folder folder;
    KeptPlace(folder.file(), "").keep(place(), now);
    const auto whole = read_file(folder.file());
    for (std::size_t n = 0; n + 4 < whole.size(); n += 3) {
        write_file_atomically(folder.file(), whole.substr(0, n));
        CHECK_FALSE(KeptPlace(folder.file(), "").take(now));
    }
    write_file_atomically(folder.file(), std::string(100'000, 'x'));
    CHECK_FALSE(KeptPlace(folder.file(), "").take(now));
}
