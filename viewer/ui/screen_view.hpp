#pragma once

#include <FL/Fl_Group.H>

#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/ui/identity.hpp"
#include "viewer/remote/remote_session.hpp"
#include "viewer/ui/keyboard.hpp"
#include "viewer/ui/remote_cursor.hpp"
#include "viewer/ui/viewport.hpp"

namespace pronto::ui {
class ScrollBar;
}

namespace pronto::viewer {

/// Shows one remote screen and, unless view only, hands keyboard and mouse over to it. Draws only what changed.
class ScreenView : public Fl_Group, public ui::Describes, private ScreenWatcher {
public:
    ScreenView();
    ~ScreenView() override;

    /// From then on it watches that screen; nullptr: lets go of it, and shows nothing.
    void attach(RemoteSession* screen);
    /// Lets go of the screen and goes on showing its last picture, greyed.
    void keep_last_picture();
    /// Something in the middle of the view, as large as it is; the view owns it.
    void put_over(Fl_Widget& card);
    void put_in_place();  ///< its size has changed
    bool attached() const { return screen_ != nullptr; }
    void set_mode(Viewport::Mode mode);
    Viewport::Mode mode() const { return viewport_.mode(); }
    void send_chord(const std::vector<std::uint32_t>& keysyms);
    /// Words over the upper edge of the picture for a few seconds.
    void say(const std::string& text);
    void release_all();

    void on_resized(std::function<void(Size)> then);
    /// Ctrl+Alt+Enter, which never reaches the remote computer: full screen.
    void on_full_screen(std::function<void()> then);
    /// The pointer moved there (in the window) while it is over the view.
    void on_motion(std::function<void(Point)> then);
    /// This computer's clipboard has text, and the view has the keyboard.
    void on_local_text(std::function<void(const std::string&)> then);

    int handle(int event) override;
    void resize(int x, int y, int w, int h) override;
    std::string described_value() const override;
    std::vector<ui::Part> described_parts() const override;

protected:
    void draw() override;

private:
    void screen_resized(Size size) override;
    void screen_updated(const Rect& area) override;
    void cursor_changed() override;

    bool may_touch() const;
    Rect view_area() const;
    void place_bars();
    bool shows_something() const { return screen_ || !kept_.pixels.empty(); }
    bool over_the_card() const;
    void draw_surroundings(const Rect& picture);
    void draw_picture(const Rect& picture, const Rect& clip);
    static void end_of_words(void* self);
    int key_pressed();
    int pointer_moved(int event);
    bool over_a_bar() const;
    void send_pointer();
    void wheel();
    void update_cursor();
    static void clipboard_changed(int source, void*);

    RemoteSession* screen_ = nullptr;
    vnc::Picture kept_;  ///< grey; empty unless there is no screen
    Fl_Widget* card_ = nullptr;
    Viewport viewport_;
    Keyboard keyboard_;
    RemoteCursor cursor_;
    ui::ScrollBar* across_;
    ui::ScrollBar* down_;
    Point pointer_;
    unsigned buttons_ = 0;
    bool inside_ = false;
    std::string words_;                  ///< over the picture
    std::vector<std::uint32_t> pixels_;  ///< what is being drawn, kept for its memory
    std::function<void(Size)> resized_;
    std::function<void()> full_screen_;
    std::function<void(Point)> moved_;
    std::function<void(const std::string&)> local_text_;
};

}  // namespace pronto::viewer
