#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viewer/model/movie_source.hpp"

namespace pronto::viewer {

/// The hub's movies as far as they were asked for.
class MovieList {
public:
    /// `changed` is called whenever something is different.
    MovieList(MovieSource& source, std::function<void()> changed);

    /// Asks for the newest; what is there stays until they come.
    void refresh();
    /// Asks for the next page, if there is one and nothing is asked for already.
    void more();
    /// As if nothing had been asked: whoever is logged in next may see others.
    void forget();

    const std::vector<Movie>& movies() const { return movies_; }
    const Movie* find(const std::string& session) const;
    bool loading() const { return loading_; }
    bool has_more() const { return !next_.empty(); }
    /// Why the last question was not answered.
    const std::optional<control::Error>& error() const { return error_; }

private:
    void ask(const std::string& cursor);
    void came(const MoviePage& page, bool first);

    MovieSource& source_;
    std::function<void()> changed_;
    std::vector<Movie> movies_;
    std::string next_;
    bool loading_ = false;
    std::optional<control::Error> error_;
    std::shared_ptr<int> question_;  ///< answers to older ones find it gone
};

/// "Finished", "Being recorded": a state in words.
std::string in_words(Movie::State state);

}  // namespace pronto::viewer
