#pragma once

#include <filesystem>
#include <memory>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/fbs/movie_screen.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "viewer/model/playback.hpp"

namespace pronto::viewer {

class MovieView;
class PlayerControls;

/// Plays one movie. Keys: space plays and pauses, left and right go 5 s, "." steps, + and - change the speed, F is full
/// screen (Escape leaves it).
class PlayerWindow : public ui::Frame {
public:
    /// `keys` are for a sealed movie and may then go. Throws std::runtime_error if it cannot be opened.
    PlayerWindow(const std::filesystem::path& movie, const fbs::KeyRing* keys, const Clock& clock);
    ~PlayerWindow() override;
    int handle(int event) override;
    void hide() override;

private:
    class Movie;
    void show_moment(std::uint32_t at_ms);

    void build();
    void fit_window();
    void connect_controls();
    bool key_pressed();
    /// What was asked of the playback; a movie that cannot be shown there is told, and pauses.
    template <class Act>
    void act(Act&& act);
    void update();
    void say_gap();
    void toggle_full_screen();
    void show_controls(bool shown);
    void save_screenshot();
    static void due(void* self);

    const Clock& clock_;
    fbs::MovieScreen movie_;
    vnc::Picture with_pointer_;
    MovieView* view_ = nullptr;
    PlayerControls* controls_ = nullptr;
    std::string gap_words_;  ///< why the moment shown is not in the movie; empty: it is
    std::unique_ptr<Movie> played_;
    std::unique_ptr<Playback> playback_;
};

/// `pronto-viewer play`: opens the display and plays until the window is closed; the program's exit code. `key_file` is
/// for a sealed movie; empty: none. Throws std::runtime_error if there is no display, no such movie or no key for it.
int run_player(const std::filesystem::path& movie, const std::filesystem::path& key_file, const Clock& clock);

}  // namespace pronto::viewer
