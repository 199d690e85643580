#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "repeater/hub/records.hpp"
#include "repeater/records/archive.hpp"
#include "repeater/web/answers.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::fbs {
class KeyRing;
}

namespace pronto::web {

class Workers;

/// Where the movies are.
struct MovieShelf {
    std::filesystem::path database;
    std::filesystem::path folder;
    std::shared_ptr<const fbs::KeyRing> keys;  ///< of sealed movies; may be none
};

/// The movies of docs/protocol.md's REST: listed, and given in pieces to who has said why. An operator gets his own,
/// an admin everybody's. Any thread may ask; files and database are read by `readers`.
class Recordings {
public:
    static constexpr std::string_view root = "/api/v1/recordings";

    /// Throws db::Error.
    Recordings(const records::Archive& archive, Workers& readers, const MovieShelf& shelf, const Clock& clock);
    ~Recordings();

    /// Everything whose path begins with `root`.
    Answer answer(net::HttpRequest request, hub::Account account);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::web
