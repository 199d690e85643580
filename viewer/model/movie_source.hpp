#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/errors.hpp"

namespace pronto::viewer {

/// A recorded session, as the hub lists it.
struct Movie {
    enum class State { recording, waiting, working, finished, failed, deleted };
    std::string session;  ///< its id: letters, digits and "-"
    std::string guest;
    std::string operator_name;
    UnixMillis started = 0;
    std::int64_t duration_ms = 0;  ///< 0 until it is finished
    std::uint64_t bytes = 0;
    State state = State::recording;
    std::string hold;    ///< why nobody may delete it; empty: it is not held
    std::string detail;  ///< what is not as it should be
    bool operator==(const Movie&) const = default;
};

/// The newest first.
struct MoviePage {
    std::vector<Movie> movies;
    std::string next;  ///< cursor of the next page; empty: this is the last
};

/// What the hub has in its books of a movie that may be read now.
struct MovieFacts {
    std::uint64_t bytes = 0;
    std::string movie_sha256;  ///< in hex
    std::string facts_sha256;
    bool sealed = false;  ///< on the hub's disk: then movie_sha256 is that of the sealed file, which does not leave it
};

struct MoviePiece {
    std::string bytes;       ///< not empty
    std::uint64_t size = 0;  ///< of the whole file
};

/// The hub's movies. Of each call one of the two functions is called later, never from inside, unless the connection is
/// given up first. remote/remote_movies.hpp is the real one.
class MovieSource {
public:
    using Failed = std::function<void(const control::Error&)>;
    enum class File { movie, facts };

    virtual ~MovieSource() = default;
    /// `cursor`: empty for the first page.
    virtual void list(const std::string& cursor, std::function<void(const MoviePage&)> then, Failed failed) = 0;
    /// Says why somebody looks at it; that is logged there.
    virtual void view(const std::string& session, const std::string& reason,
                      std::function<void(const MovieFacts&)> then, Failed failed) = 0;
    /// A piece that begins at `first`, as long as the source likes.
    virtual void read(const std::string& session, File file, std::uint64_t first,
                      std::function<void(const MoviePiece&)> then, Failed failed) = 0;
};

}  // namespace pronto::viewer
