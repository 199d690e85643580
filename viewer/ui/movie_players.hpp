#pragma once

#include <list>
#include <memory>

#include "viewer/ui/movies_window.hpp"
#include "viewer/ui/window_ptr.hpp"

namespace pronto::viewer {

class MovieDialog;
class PrivateFolder;

/// The window with the movies, and what is opened from it. A movie of the hub is kept here as long as it is shown.
class MoviePlayers final : private MoviesWindow::Mediator {
public:
    MoviePlayers(MovieSource& movies, const Clock& clock);
    ~MoviePlayers();

    void show();
    void set_logged_in(bool logged_in);
    void close();

private:
    void play(const Movie& movie) override;
    void play(const std::filesystem::path& file) override;
    void open(const std::filesystem::path& movie, std::unique_ptr<PrivateFolder> folder);

    struct Playing;
    MovieSource& movies_;
    const Clock& clock_;
    bool logged_in_ = false;
    WindowPtr<MoviesWindow> window_;
    WindowPtr<MovieDialog> dialog_;
    std::list<Playing> playing_;
};

}  // namespace pronto::viewer
