#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/row_list.hpp"
#include "viewer/model/movie_list.hpp"

namespace pronto::viewer {

/// Who asked for which movie of the hub, and files of this computer.
class MoviesWindow : public ui::Frame {
public:
    class Mediator {
    public:
        virtual void play(const Movie& movie) = 0;
        virtual void play(const std::filesystem::path& file) = 0;

    protected:
        ~Mediator() = default;
    };
    MoviesWindow(MovieSource& movies, Mediator& mediator, bool logged_in);
    void set_logged_in(bool logged_in);

private:
    class Toolbar;
    void build();
    void update();
    void update_buttons();
    void play_selected();
    void open_file();

    Mediator& mediator_;
    MovieList list_;
    bool logged_in_ = false;
    Toolbar* toolbar_ = nullptr;
    ui::RowList* rows_ = nullptr;
    ui::Label* words_ = nullptr;
};

/// "1 min 23 s" is told as "1:23"; nothing is known of a movie that is not finished.
std::string duration_text(const Movie& movie);
ui::ListRow row_of(const Movie& movie);

}  // namespace pronto::viewer
