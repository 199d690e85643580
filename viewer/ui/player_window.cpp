#include "viewer/ui/player_window.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/pointer_picture.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "viewer/ui/movie_view.hpp"
#include "viewer/ui/screenshots.hpp"
#include "viewer/ui/seek_bar.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

constexpr int key_seek_ms = 5'000;

void enable(Fl_Widget& widget, bool active) {
    active ? widget.activate() : widget.deactivate();
}

}  // namespace

/// Under the picture: the bar to seek by, and the buttons.
class PlayerControls : public ui::Column {
public:
    PlayerControls() : Column(0, 0) {
        box(FL_FLAT_BOX);
        color(ui::colour::surface);
        buttons.box(FL_FLAT_BOX);
        buttons.color(ui::colour::surface);
        give_id(bar, "player.bar");
        give_id(play, "player.play");
        give_id(step, "player.step");
        give_id(time, "player.time");
        give_id(words, "player.words");
        give_id(slower, "player.slower");
        give_id(speed, "player.speed");
        give_id(faster, "player.faster");
        give_id(skip_idle, "player.skip_idle");
        give_id(screenshot, "player.screenshot");
        give_id(full_screen, "player.full_screen");
        play.tooltip("Space");
        step.tooltip("To the next change (.)");
        slower.tooltip("Slower (-)");
        faster.tooltip("Faster (+)");
        skip_idle.tooltip("Show two seconds at most of times without change");
        full_screen.tooltip("F, also to come back");
        skip_idle.make_toggle();
        for (int i = 0; i < buttons.children(); ++i) buttons.child(i)->clear_visible_focus();
    }
    static int height() { return SeekBar::height() + px(50); }

    SeekBar& bar = fixed<SeekBar>(SeekBar::height());
    ui::Row& buttons = grow<ui::Row>(1, px(4), px(8));
    ui::ToolButton& play = buttons.fixed<ui::ToolButton>(px(84), "Pause", "pause");
    ui::ToolButton& step = buttons.sized<ui::ToolButton>("Step", "step-forward");
    ui::Label& time = buttons.fixed<ui::Label>(px(120), "");
    ui::Label& words = buttons.grow<ui::Label>(1, "", ui::Label::Style::caption);
    ui::Button& slower = buttons.fixed<ui::Button>(px(30), "−", std::string_view{}, ui::Button::Style::flat);
    ui::Label& speed = buttons.fixed<ui::Label>(px(38), "1×", ui::Label::Style::normal, ui::Align::centre);
    ui::Button& faster = buttons.fixed<ui::Button>(px(30), "+", std::string_view{}, ui::Button::Style::flat);
    ui::ToolButton& skip_idle = buttons.sized<ui::ToolButton>("Skip idle", "chevron-right");
    ui::ToolButton& screenshot = buttons.sized<ui::ToolButton>("Screenshot", "camera");
    ui::ToolButton& full_screen = buttons.sized<ui::ToolButton>("Full screen", "expand");
};

/// What the playback moves.
class PlayerWindow::Movie final : public PlayedMovie {
public:
    explicit Movie(PlayerWindow& window) : window_(window) {}
    std::uint32_t duration_ms() const override { return window_.movie_.duration_ms(); }
    void show(std::uint32_t at_ms) override { window_.show_moment(at_ms); }
    std::optional<std::uint32_t> next_change() override { return window_.movie_.next_change(); }

private:
    PlayerWindow& window_;
};

PlayerWindow::PlayerWindow(const std::filesystem::path& movie, const fbs::KeyRing* keys, const Clock& clock)
    : Frame(px(960), px(640), movie.filename().string() + " - Pronto", 0, 0),
      clock_(clock),
      movie_(movie, keys),
      played_(std::make_unique<Movie>(*this)) {
    give_id(*this, "player");
    xclass("pronto-viewer");
    build();
    controls_->bar.set_movie(movie_.duration_ms(), movie_.activity(), movie_.gaps());
    playback_ = std::make_unique<Playback>(*played_, clock_);
    connect_controls();
    on_close([this] { hide(); });
    size_range(px(700), px(320));
    fit_window();
    if (!movie_.problem().empty()) controls_->words.set_text("Damaged: " + movie_.problem());
    act([](Playback& playback) { playback.play(); });
}

PlayerWindow::~PlayerWindow() {
    Fl::remove_timeout(due, this);
}

/// Nothing is shown any more: its file may go.
void PlayerWindow::hide() {
    Fl::remove_timeout(due, this);
    Frame::hide();
}

void PlayerWindow::build() {
    view_ = &content().grow<MovieView>(1);
    give_id(*view_, "player.picture");
    controls_ = &content().fixed<PlayerControls>(PlayerControls::height());
    content().arrange();
}

/// The picture pixel for pixel, if the screen has the room.
void PlayerWindow::fit_window() {
    const Size wished = movie_.largest_size();
    int x = 0, y = 0, width = 0, height = 0;
    Fl::screen_work_area(x, y, width, height);
    const int chrome = PlayerControls::height(), margin = px(48);
    const double scale =
        std::min({1.0, 1.0 * (width - margin) / wished.width, 1.0 * (height - margin - chrome) / wished.height});
    const int new_w = std::max(std::min(width, px(820)), static_cast<int>(wished.width * scale));
    const int new_h = std::max(px(240), static_cast<int>(wished.height * scale)) + chrome;
    resize(x + std::max(0, width - new_w) / 2, y + std::max(0, height - new_h) / 2, new_w, new_h);
}

void PlayerWindow::connect_controls() {
    const auto on = [this](ui::Button& button, void (Playback::*asked)()) {
        button.on_click([this, asked] { act([&](Playback& playback) { (playback.*asked)(); }); });
    };
    on(controls_->play, &Playback::toggle);
    on(controls_->step, &Playback::step);
    on(controls_->slower, &Playback::slower);
    on(controls_->faster, &Playback::faster);
    controls_->skip_idle.on_click(
        [this] { act([this](Playback& playback) { playback.skip_idle(controls_->skip_idle.value() != 0); }); });
    controls_->bar.on_seek([this](std::uint32_t at_ms) { act([&](Playback& playback) { playback.seek(at_ms); }); });
    controls_->screenshot.on_click([this] { save_screenshot(); });
    controls_->full_screen.on_click([this] { toggle_full_screen(); });
    view_->on_click([this] { act([](Playback& playback) { playback.toggle(); }); });
}

// ---- the movie

void PlayerWindow::show_moment(std::uint32_t at_ms) {
    movie_.show(at_ms);
    Rect changed = movie_.changed();
    const bool pointer = movie_.pointer().has_value();
    const auto& picture = pointer ? with_pointer(movie_, with_pointer_) : movie_.picture();
    if (pointer) changed = {0, 0, picture.size.width, picture.size.height};
    view_->show_picture(picture, changed);
}

template <class Act>
void PlayerWindow::act(Act&& asked) {
    try {
        asked(*playback_);
    } catch (const std::exception& problem) {
        playback_->pause();
        ui::ask({"player.problem", "The movie cannot be shown there", problem.what()}, this, {});
    }
    update();
}

void PlayerWindow::update() {
    controls_->play.set_text(playback_->playing() ? "Pause" : "Play");
    controls_->play.set_icon(playback_->playing() ? "pause" : "play");
    controls_->time.set_text(
        fmt::format("{} / {}", clock_text(playback_->at_ms()), clock_text(playback_->duration_ms())));
    controls_->speed.set_text(fmt::format("{:g}×", playback_->speed()));
    enable(controls_->slower, playback_->speed() > Playback::least_speed);
    enable(controls_->faster, playback_->speed() < Playback::most_speed);
    enable(controls_->step, !playback_->at_end());
    controls_->bar.set_position(playback_->at_ms());
    say_gap();
    Fl::remove_timeout(due, this);
    if (const auto wait = playback_->wait()) Fl::add_timeout(std::chrono::duration<double>(*wait).count(), due, this);
}

/// A picture that stands still because nothing was recorded must not look like one on which nothing happened.
void PlayerWindow::say_gap() {
    const auto at = playback_->at_ms();
    const auto& gaps = movie_.gaps();
    const auto gap = std::find_if(gaps.begin(), gaps.end(),
                                  [at](const auto& one) { return at > one.begin_ms && at < one.end_ms; });
    const std::string words = gap == gaps.end() ? "" : gap->paused ? "The recording was paused" : "Nothing was recorded";
    if (std::exchange(gap_words_, words) != words) view_->say(words);
}

void PlayerWindow::due(void* self) {
    static_cast<PlayerWindow*>(self)->act([](Playback& playback) { playback.tick(); });
}

// ---- what the user does

int PlayerWindow::handle(int event) {
    // Before the buttons: space must not press the one that was used last.
    if (event == FL_KEYBOARD && key_pressed()) return 1;
    if (event == FL_MOVE && fullscreen_active()) {
        const int edge = controls_->visible() ? controls_->h() : px(4);
        show_controls(Fl::event_y() >= h() - edge);
    }
    return Frame::handle(event);
}

bool PlayerWindow::key_pressed() {
    const auto seek = [this](int by_ms) {
        act([&](Playback& playback) { playback.seek(std::int64_t{playback.at_ms()} + by_ms); });
        return true;
    };
    const std::string_view typed{Fl::event_text(), static_cast<std::size_t>(Fl::event_length())};
    const int key = Fl::event_key();
    if (Fl::event_state(FL_CTRL | FL_ALT | FL_META) != 0) return false;
    if (key == FL_Left) return seek(-key_seek_ms);
    if (key == FL_Right) return seek(key_seek_ms);
    if (key == FL_Home) return seek(INT32_MIN);
    if (key == FL_End) return seek(INT32_MAX);
    if (key == FL_Escape && fullscreen_active()) return toggle_full_screen(), true;
    if (typed == "f" || typed == "F") return toggle_full_screen(), true;
    void (Playback::*asked)() = typed == " "   ? &Playback::toggle
                                : typed == "." ? &Playback::step
                                : typed == "+" ? &Playback::faster
                                : typed == "-" ? &Playback::slower
                                               : nullptr;
    if (!asked) return false;
    act([&](Playback& playback) { (playback.*asked)(); });
    return true;
}

void PlayerWindow::toggle_full_screen() {
    const bool full = !fullscreen_active();
    full ? fullscreen() : fullscreen_off();
    show_controls(!full);
}

/// In full screen they come back when the pointer is at the lower edge.
void PlayerWindow::show_controls(bool shown) {
    if (shown != (controls_->visible() != 0)) content().set_shown(*controls_, shown);
}

void PlayerWindow::save_screenshot() {
    try {
        const auto stem = fmt::format("{} {}", movie_.path().stem().string(), clock_text(playback_->at_ms()));
        const auto file = pictures_folder() / screenshot_name(stem, clock_.unix_now());
        vnc::write_png(movie_.picture(), file);
        controls_->words.set_text(fmt::format("Saved as {}", file.string()));
    } catch (const std::exception& problem) {
        ui::ask({"player.screenshot.failed", "The screenshot is not saved", problem.what()}, this, {});
    }
}

int run_player(const std::filesystem::path& movie, const std::filesystem::path& key_file, const Clock& clock) {
    ui::start();
    {
        PlayerWindow window(movie, fbs::KeyRing::read_if_given(key_file).get(), clock);
        window.show();
        while (window.shown() && Fl::wait() >= 0) {
        }
    }
    Fl::do_widget_deletion();
    return 0;
}

}  // namespace pronto::viewer
