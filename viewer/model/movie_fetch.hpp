#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rfb-ext/base/digest.hpp"
#include "viewer/model/movie_source.hpp"
#include "viewer/model/private_folder.hpp"

namespace pronto::viewer {

/// Brings one movie from the hub into a folder of its own, once somebody has said why. Destroying it ends that, and
/// takes the folder away unless it was taken over.
class MovieFetch {
public:
    enum class State {
        waiting,  ///< for start(); `error` says why the last attempt failed
        asking,   ///< the hub is told why
        fetching,
        done,
    };
    /// `changed` is called whenever something is different; it may destroy this.
    MovieFetch(MovieSource& source, Movie movie, std::function<void()> changed);
    ~MovieFetch();

    /// Not while it is under way. A reason without words is refused here already.
    void start(const std::string& reason);
    /// From outside: nothing more will come.
    void fail(const control::Error& why);

    const Movie& movie() const { return movie_; }
    State state() const { return state_; }
    bool under_way() const { return state_ == State::asking || state_ == State::fetching; }
    double part() const;  ///< of the movie that is here: 0 to 1
    std::uint64_t bytes() const { return movie_bytes_; }
    const std::optional<control::Error>& error() const { return error_; }

    struct Fetched {
        std::unique_ptr<PrivateFolder> folder;
        std::filesystem::path movie;
    };
    /// Once, when done.
    Fetched take();

private:
    using File = MovieSource::File;
    struct Incoming;

    MovieSource::Failed failed();
    template <class What>
    std::function<void(const What&)> heard(void (MovieFetch::*then)(const What&));
    void viewed(const MovieFacts& facts);
    void begin(File file);
    void read_on();
    void came(const MoviePiece& piece);
    void finish_file();

    MovieSource& source_;
    const Movie movie_;
    std::function<void()> changed_;
    State state_ = State::waiting;
    std::optional<control::Error> error_;
    MovieFacts facts_;
    std::unique_ptr<PrivateFolder> folder_;
    std::unique_ptr<Incoming> incoming_;
    std::uint64_t movie_bytes_ = 0;
    std::shared_ptr<int> attempt_;  ///< answers to older ones find it gone
};

}  // namespace pronto::viewer
