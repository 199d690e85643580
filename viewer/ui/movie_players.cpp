#include "viewer/ui/movie_players.hpp"

#include <stdexcept>

#include "viewer/ui/movie_dialog.hpp"
#include "viewer/ui/player_window.hpp"

namespace pronto::viewer {

struct MoviePlayers::Playing {
    std::unique_ptr<PrivateFolder> folder;  ///< nothing: the user's own file
    WindowPtr<PlayerWindow> window;
};

MoviePlayers::MoviePlayers(MovieSource& movies, const Clock& clock) : movies_(movies), clock_(clock) {}
MoviePlayers::~MoviePlayers() = default;

void MoviePlayers::show() {
    if (!window_ || !window_->shown()) {
        window_.reset(new MoviesWindow(movies_, *this, logged_in_));
        window_->position((Fl::w() - window_->w()) / 2, (Fl::h() - window_->h()) / 3);
    }
    window_->show();
}

void MoviePlayers::set_logged_in(bool logged_in) {
    if (logged_in == logged_in_) return;
    logged_in_ = logged_in;
    if (window_) window_->set_logged_in(logged_in);
    if (dialog_ && dialog_->shown() && !logged_in) dialog_->connection_lost();
}

void MoviePlayers::close() {
    dialog_.reset();
    playing_.clear();
    window_.reset();
}

void MoviePlayers::play(const Movie& movie) {
    dialog_.reset(new MovieDialog(window_.get(), movies_, movie, [this](MovieFetch::Fetched fetched) {
        dialog_.reset();
        if (fetched.folder) open(fetched.movie, std::move(fetched.folder));
    }));
}

void MoviePlayers::play(const std::filesystem::path& file) {
    open(file, nullptr);
}

void MoviePlayers::open(const std::filesystem::path& movie, std::unique_ptr<PrivateFolder> folder) {
    try {
        auto& fresh = playing_.emplace_back();
        fresh.folder = std::move(folder);
        fresh.window.reset(new PlayerWindow(movie, nullptr, clock_));
        fresh.window->on_close([this, window = fresh.window.get()] {
            playing_.remove_if([&](const Playing& each) { return each.window.get() == window; });
        });
        fresh.window->show();
    } catch (const std::runtime_error& problem) {
        playing_.pop_back();
        ui::ask({"movies.problem", "The movie cannot be opened", problem.what()}, window_.get(), {});
    }
}

}  // namespace pronto::viewer
