#include "agent/model/known_hubs.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace pronto;
using namespace pronto::agent;

namespace {

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("pronto-hubs-" + hex_name());
    Folder() { std::filesystem::create_directory(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    static std::string hex_name() { return random_id(1); }
};

tunnel::Pin pin_of(unsigned char byte) {
    tunnel::Pin pin;
    pin.fill(byte);
    return pin;
}

}  // namespace

TEST_CASE("a hub that was agreed to is known again, with its newest key only") {
    const Folder folder;
    const KnownHubs hubs(folder.path / "settings" / "hubs");
    const tunnel::HubAddress one{"hub.example", 443}, other{"hub.example", 8443};
    CHECK(hubs.pins_of(one).empty());
    hubs.remember(one, pin_of(1));
    hubs.remember(other, pin_of(2));
    hubs.remember(one, pin_of(3));
    CHECK(hubs.pins_of(one) == std::vector{pin_of(3)});
    CHECK(hubs.pins_of(other) == std::vector{pin_of(2)});
    struct stat facts {};
    REQUIRE(stat(hubs.file().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("a broken file of known hubs is an error that names the line") {
    const Folder folder;
    std::ofstream(folder.path / "hubs") << "# hubs\n\nhub.example:443 sha256:12\n";
    CHECK_THROWS_WITH(KnownHubs(folder.path / "hubs").pins_of({"hub.example", 443}), Catch::Contains("line 3"));
}
