#include "viewer/model/movie_list.hpp"

#include <algorithm>

namespace pronto::viewer {

MovieList::MovieList(MovieSource& source, std::function<void()> changed)
    : source_(source), changed_(std::move(changed)) {}

void MovieList::refresh() {
    ask({});
}

void MovieList::more() {
    if (!loading_ && has_more()) ask(next_);
}

void MovieList::forget() {
    question_.reset();
    movies_.clear();
    next_.clear();
    loading_ = false;
    error_.reset();
    changed_();
}

const Movie* MovieList::find(const std::string& session) const {
    const auto found =
        std::find_if(movies_.begin(), movies_.end(), [&](const Movie& movie) { return movie.session == session; });
    return found == movies_.end() ? nullptr : &*found;
}

void MovieList::ask(const std::string& cursor) {
    question_ = std::make_shared<int>();
    loading_ = true;
    error_.reset();
    const std::weak_ptr<int> mine = question_;
    source_.list(
        cursor,
        [this, mine, first = cursor.empty()](const MoviePage& page) {
            if (!mine.expired()) came(page, first);
        },
        [this, mine](const control::Error& why) {
            if (mine.expired()) return;
            loading_ = false;
            error_ = why;
            changed_();
        });
    changed_();
}

void MovieList::came(const MoviePage& page, bool first) {
    if (first) movies_.clear();
    // A movie that moved to the next page while that was asked for stands there once.
    for (const auto& movie : page.movies)
        if (!find(movie.session)) movies_.push_back(movie);
    next_ = page.next;
    loading_ = false;
    changed_();
}

std::string in_words(Movie::State state) {
    switch (state) {
        case Movie::State::recording:
            return "Being recorded";
        case Movie::State::waiting:
            return "Waiting to be made";
        case Movie::State::working:
            return "Being made";
        case Movie::State::finished:
            return "Ready";
        case Movie::State::failed:
            return "Failed";
        case Movie::State::deleted:
            return "Deleted";
    }
    return {};
}

}  // namespace pronto::viewer
