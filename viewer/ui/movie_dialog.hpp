#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/movie_fetch.hpp"

namespace pronto::ui {
class TextField;
}

namespace pronto::viewer {

/// Asks why a movie is looked at, then shows how far it has come.
class MovieDialog : public ui::Dialog {
public:
    /// `closed` is called once: with the movie, or with nothing if it was given up. It may delete the dialog.
    MovieDialog(Fl_Window* over, MovieSource& movies, const Movie& movie,
                std::function<void(MovieFetch::Fetched)> closed);
    const std::string& session() const { return fetch_.movie().session; }
    /// The connection to the hub is gone.
    void connection_lost();

private:
    void build();
    void start();
    void changed();
    void close(MovieFetch::Fetched fetched);

    MovieFetch fetch_;
    std::function<void(MovieFetch::Fetched)> closed_;
    ui::TextField* reason_ = nullptr;
    ui::ProgressBar* progress_ = nullptr;
    ui::Label* so_far_ = nullptr;
    ui::Label* problem_ = nullptr;
    ui::Button* play_ = nullptr;
};

}  // namespace pronto::viewer
