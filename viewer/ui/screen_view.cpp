#include "viewer/ui/screen_view.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Window.H>
#include <FL/fl_draw.H>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/scroll_bar.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/ui/picture_drawing.hpp"

namespace pronto::viewer {
namespace {

constexpr double seconds_of_words = 6;
constexpr unsigned wheel_up = 1U << 3, wheel_down = 1U << 4, wheel_left = 1U << 5, wheel_right = 1U << 6;

/// Without colour and half as strong, towards the surroundings: nobody takes it for a picture that is live.
std::uint32_t greyed(std::uint32_t pixel) {
    const auto red = pixel >> 16 & 0xFF, green = pixel >> 8 & 0xFF, blue = pixel & 0xFF;
    const auto grey = (red * 54 + green * 183 + blue * 19) / 256;  // Rec. 709
    return ((grey + 0x20) / 2 * 0x010101U) & 0xFFFFFF;
}

/// RFC 6143 section 7.5.5's mask of the buttons that FLTK says are down.
unsigned buttons_down() {
    const int state = Fl::event_state();
    return (state & FL_BUTTON1 ? 1U : 0) | (state & FL_BUTTON2 ? 2U : 0) | (state & FL_BUTTON3 ? 4U : 0);
}

}  // namespace

ScreenView::ScreenView()
    : Fl_Group(0, 0, 0, 0),
      keyboard_([this](std::uint32_t keysym, bool down) {
          if (screen_) screen_->key(keysym, down);
      }),
      across_(new ui::ScrollBar),
      down_(new ui::ScrollBar) {
    end();
    resizable(nullptr);
    box(FL_FLAT_BOX);
    color(ui::colour::screen_back);
    across_->type(FL_HORIZONTAL);
    across_->on_scroll([this](int left) {
        viewport_.scroll_to({left, viewport_.scroll().y});
        redraw();
    });
    down_->on_scroll([this](int top) {
        viewport_.scroll_to({viewport_.scroll().x, top});
        redraw();
    });
    across_->hide();
    down_->hide();
    set_visible_focus();
    // Once for all views: FLTK forgets a handler by its function alone.
    static const bool listening = (Fl::add_clipboard_notify(clipboard_changed), true);
    static_cast<void>(listening);
}

ScreenView::~ScreenView() {
    Fl::remove_timeout(end_of_words, this);
    attach(nullptr);
}

void ScreenView::attach(RemoteSession* screen) {
    if (screen || !kept_.pixels.empty()) redraw();
    kept_ = {};
    if (screen == screen_) return;
    if (screen_) {
        release_all();
        screen_->watch(nullptr);
    }
    screen_ = screen;
    if (screen_) {
        screen_->watch(this);
        cursor_.set(screen_->cursor());
        Size size;
        screen_->with_picture([&](const vnc::Picture& picture) { size = picture.size; });
        screen_resized(size);
    }
    update_cursor();
    redraw();
}

void ScreenView::keep_last_picture() {
    if (!screen_) return;
    auto last = screen_->picture();
    for (auto& pixel : last.pixels) pixel = greyed(pixel);
    attach(nullptr);
    kept_ = std::move(last);
    redraw();
}

void ScreenView::put_over(Fl_Widget& card) {
    card_ = &card;
    add(card);
    put_in_place();
}

void ScreenView::put_in_place() {
    if (card_) card_->resize(x() + (w() - card_->w()) / 2, y() + (h() - card_->h()) / 2, card_->w(), card_->h());
    redraw();
}

void ScreenView::set_mode(Viewport::Mode mode) {
    viewport_.set_mode(mode);
    place_bars();
    redraw();
}

void ScreenView::send_chord(const std::vector<std::uint32_t>& keysyms) {
    if (!may_touch()) return;
    keyboard_.release_all();
    keyboard_.chord(keysyms);
}

void ScreenView::say(const std::string& text) {
    words_ = text;
    Fl::remove_timeout(end_of_words, this);
    if (!text.empty()) Fl::add_timeout(seconds_of_words, end_of_words, this);
    redraw();
}

void ScreenView::end_of_words(void* self) {
    static_cast<ScreenView*>(self)->say("");
}

void ScreenView::release_all() {
    keyboard_.release_all();
    if (screen_ && buttons_ != 0) screen_->pointer(pointer_, 0);
    buttons_ = 0;
}

void ScreenView::on_resized(std::function<void(Size)> then) {
    resized_ = std::move(then);
}
void ScreenView::on_full_screen(std::function<void()> then) {
    full_screen_ = std::move(then);
}
void ScreenView::on_motion(std::function<void(Point)> then) {
    moved_ = std::move(then);
}
void ScreenView::on_local_text(std::function<void(const std::string&)> then) {
    local_text_ = std::move(then);
}

std::string ScreenView::described_value() const {
    const Rect picture = viewport_.picture();
    return fmt::format("{}x{} shown {}x{} at {},{}", viewport_.remote().width, viewport_.remote().height, picture.width,
                       picture.height, x() + picture.x, y() + picture.y);
}

std::vector<ui::Part> ScreenView::described_parts() const {
    if (words_.empty()) return {};
    return {{"session.words", words_, area_of_words(words_, view_area())}};
}

// ---- what the screen says

void ScreenView::screen_resized(Size size) {
    viewport_.set_remote(size);
    place_bars();
    redraw();
    if (resized_) resized_(size);
}

void ScreenView::screen_updated(const Rect& area) {
    const Rect touched = viewport_.to_area(area);
    if (!touched.empty()) damage(FL_DAMAGE_USER1, x() + touched.x, y() + touched.y, touched.width, touched.height);
}

void ScreenView::cursor_changed() {
    if (screen_) cursor_.set(screen_->cursor());
    update_cursor();
}

void ScreenView::update_cursor() {
    if (!window() || !window()->shown()) return;
    if (inside_ && screen_ && may_touch())
        cursor_.show_on(*window());
    else
        window()->cursor(FL_CURSOR_DEFAULT);
}

bool ScreenView::may_touch() const {
    return screen_ && !screen_->view_only();
}

// ---- layout and drawing

Rect ScreenView::view_area() const {
    const int bar = ui::ScrollBar::thickness();
    return {x(), y(), w() - (down_->visible() ? bar : 0), h() - (across_->visible() ? bar : 0)};
}

bool ScreenView::over_the_card() const { return card_ && card_->visible() && Fl::event_inside(card_); }

void ScreenView::place_bars() {
    const int bar = ui::ScrollBar::thickness();
    const auto show = [](Fl_Widget& widget, bool shown) { shown ? widget.show() : widget.hide(); };
    viewport_.set_area({w(), h()});
    Point limit = viewport_.scroll_limit();
    if (limit.x > 0 || limit.y > 0) {  // one bar takes room that may call for the other
        viewport_.set_area({w() - (limit.y > 0 ? bar : 0), h() - (limit.x > 0 ? bar : 0)});
        limit = viewport_.scroll_limit();
        viewport_.set_area({w() - (limit.y > 0 ? bar : 0), h() - (limit.x > 0 ? bar : 0)});
        limit = viewport_.scroll_limit();
    }
    show(*across_, limit.x > 0);
    show(*down_, limit.y > 0);
    const Rect area = view_area();
    across_->resize(x(), y() + h() - bar, area.width, bar);
    down_->resize(x() + w() - bar, y(), bar, area.height);
    across_->value(viewport_.scroll().x, area.width, 0, area.width + limit.x);
    down_->value(viewport_.scroll().y, area.height, 0, area.height + limit.y);
}

void ScreenView::resize(int x, int y, int w, int h) {
    Fl_Widget::resize(x, y, w, h);
    place_bars();
    put_in_place();
    redraw();
}

void ScreenView::draw() {
    const Rect area = view_area();
    Rect picture = viewport_.picture();
    picture.x += area.x;
    picture.y += area.y;
    if (damage() & ~(FL_DAMAGE_CHILD | FL_DAMAGE_USER1)) {
        draw_surroundings(picture);
        ui::fill({area.x + area.width, area.y + area.height, w() - area.width, h() - area.height}, ui::colour::surface);
    }
    Rect clip;
    fl_clip_box(area.x, area.y, area.width, area.height, clip.x, clip.y, clip.width, clip.height);
    if (shows_something() && (damage() & ~FL_DAMAGE_CHILD)) draw_picture(picture, intersection(picture, clip));
    if (damage() & ~FL_DAMAGE_CHILD) draw_words(words_, view_area());
    draw_children();
}

void ScreenView::draw_surroundings(const Rect& picture) {
    const Rect area = view_area();
    if (picture.empty() || !shows_something()) return ui::fill(area, color());
    const int right = picture.x + picture.width, bottom = picture.y + picture.height;
    ui::fill({area.x, area.y, area.width, picture.y - area.y}, color());
    ui::fill({area.x, bottom, area.width, area.y + area.height - bottom}, color());
    ui::fill({area.x, area.y, picture.x - area.x, area.height}, color());
    ui::fill({right, area.y, area.x + area.width - right, area.height}, color());
}

void ScreenView::draw_picture(const Rect& picture, const Rect& clip) {
    if (clip.empty()) return;
    bool known = true;
    const auto scale = [&](const vnc::Picture& source) {
        known = source.size == viewport_.remote();  // else the news of its new size is still under way
        if (known) scale_picture(source, picture, clip, pixels_);
    };
    screen_ ? screen_->with_picture(scale) : scale(kept_);
    if (known) draw_pixels(pixels_, clip);
}

// ---- keyboard, mouse, clipboard

int ScreenView::key_pressed() {
    const bool control = Fl::event_state(FL_CTRL) != 0, alt = Fl::event_state(FL_ALT) != 0;
    if (control && alt && Fl::event_key() == FL_Enter) {
        release_all();
        if (full_screen_) full_screen_();
        return 1;
    }
    if (!may_touch()) return 1;
    const bool command = control || alt || Fl::event_state(FL_META) != 0;
    keyboard_.press({place_of_current_key(),
                     Fl::event_key(),
                     {Fl::event_text(), static_cast<std::size_t>(Fl::event_length())},
                     Fl::event_state(FL_SHIFT) != 0,
                     command});
    return 1;
}

bool ScreenView::over_a_bar() const {
    const auto over = [](const Fl_Widget& bar) { return bar.visible() && Fl::event_inside(&bar); };
    return over(*across_) || over(*down_);
}

void ScreenView::send_pointer() {
    if (may_touch()) screen_->pointer(pointer_, buttons_);
}

int ScreenView::pointer_moved(int event) {
    const Rect area = view_area();
    pointer_ = viewport_.to_remote({Fl::event_x() - area.x, Fl::event_y() - area.y});
    if (event == FL_MOVE) Fl::belowmouse(this);  // a scroll bar hears that the pointer has left it
    if (moved_ && event == FL_MOVE) moved_({Fl::event_x(), Fl::event_y()});
    buttons_ = buttons_down();
    send_pointer();
    return 1;
}

void ScreenView::wheel() {
    const auto turn = [&](int steps, unsigned back, unsigned forth) {
        for (int i = 0; may_touch() && i < std::min(std::abs(steps), 10); ++i) {
            screen_->pointer(pointer_, buttons_ | (steps < 0 ? back : forth));
            screen_->pointer(pointer_, buttons_);
        }
    };
    turn(Fl::event_dy(), wheel_up, wheel_down);
    turn(Fl::event_dx(), wheel_left, wheel_right);
}

void ScreenView::clipboard_changed(int source, void*) {
    auto* view = dynamic_cast<ScreenView*>(Fl::focus());
    if (source == 1 && view && view->local_text_) Fl::paste(*view, 1);
}

int ScreenView::handle(int event) {
    if (event == FL_PUSH && Fl::focus() != this && !over_the_card()) take_focus();
    const bool pointing = event == FL_PUSH || event == FL_DRAG || event == FL_MOVE || event == FL_RELEASE;
    const bool dragging = (event == FL_DRAG || event == FL_RELEASE) && Fl::pushed() == this;
    if ((pointing || event == FL_MOUSEWHEEL) && !dragging && (over_a_bar() || over_the_card())) return Fl_Group::handle(event);
    switch (event) {
        case FL_FOCUS:
            if (local_text_) Fl::paste(*this, 1);
            return 1;
        case FL_UNFOCUS:
        case FL_HIDE:
            release_all();
            return 1;
        case FL_KEYBOARD:
            return key_pressed();
        case FL_KEYUP:
            keyboard_.release(place_of_current_key());
            return 1;
        case FL_SHORTCUT:
            return 0;
        case FL_ENTER:
        case FL_LEAVE:
            inside_ = event == FL_ENTER;
            update_cursor();
            return inside_ ? pointer_moved(FL_MOVE) : 1;  // FLTK makes one event of coming in and moving
        case FL_PUSH:
        case FL_RELEASE:
        case FL_DRAG:
        case FL_MOVE:
            return pointer_moved(event);
        case FL_MOUSEWHEEL:
            wheel();
            return 1;
        case FL_PASTE:
            if (local_text_) local_text_({Fl::event_text(), static_cast<std::size_t>(Fl::event_length())});
            return 1;
        default:
            return 0;
    }
}

}  // namespace pronto::viewer
