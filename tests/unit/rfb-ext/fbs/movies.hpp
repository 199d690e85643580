#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::test {

/// A folder that goes with the test.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

void save(const std::filesystem::path& path, const Bytes& content);

/// A small movie by hand: 8x4; red at 10 ms, a green square at 20 ms, a bell at 25 ms, a blue square at 30 ms.
wire::ServerInit small_init();
Bytes small_movie();

/// Changes without end: 320x200, every 100 ms a square somewhere else, for so many seconds.
Bytes busy_movie(int seconds);

/// A movie of a real session: a ScreenServer's screen changes, a ScreenClient watches, and what the server said is
/// written as the hub does.
struct RealMovie {
    Bytes file;
    vnc::Picture last;                ///< what the viewer saw at the end
    std::vector<vnc::Picture> steps;  ///< what the viewer showed after each step, 100 ms apart; not with JPEG
};
RealMovie record_session(int quality_level);

}  // namespace pronto::test
