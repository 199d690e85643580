#include "viewer/ui/movie_view.hpp"

#include <FL/Fl.H>
#include <FL/fl_draw.H>
#include <fmt/format.h>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/ui/picture_drawing.hpp"

namespace pronto::viewer {

MovieView::MovieView() : Fl_Widget(0, 0, 0, 0) {
    box(FL_FLAT_BOX);
    color(ui::colour::screen_back);
}

void MovieView::show_picture(const vnc::Picture& picture, const Rect& changed) {
    picture_ = &picture;
    if (viewport_.remote() != picture.size) {
        viewport_.set_remote(picture.size);
        return redraw();
    }
    const Rect touched = viewport_.to_area(changed);
    if (!touched.empty()) damage(FL_DAMAGE_USER1, x() + touched.x, y() + touched.y, touched.width, touched.height);
}

void MovieView::say(const std::string& words) {
    words_ = words;
    redraw();
}

std::vector<ui::Part> MovieView::described_parts() const {
    if (words_.empty()) return {};
    return {{"player.gap", words_, area_of_words(words_, area())}};
}

Rect MovieView::place() const {
    Rect place = viewport_.picture();
    place.x += x();
    place.y += y();
    return place;
}

void MovieView::resize(int x, int y, int w, int h) {
    Fl_Widget::resize(x, y, w, h);
    viewport_.set_area({w, h});
    redraw();
}

void MovieView::draw() {
    const Rect picture = place();
    if (damage() & ~FL_DAMAGE_USER1) {
        const int right = picture.x + picture.width, bottom = picture.y + picture.height;
        ui::fill({x(), y(), w(), picture.y - y()}, color());
        ui::fill({x(), bottom, w(), y() + h() - bottom}, color());
        ui::fill({x(), picture.y, picture.x - x(), picture.height}, color());
        ui::fill({right, picture.y, x() + w() - right, picture.height}, color());
    }
    Rect clip;
    fl_clip_box(picture.x, picture.y, picture.width, picture.height, clip.x, clip.y, clip.width, clip.height);
    if (!picture_ || clip.width <= 0 || clip.height <= 0) return;
    scale_picture(*picture_, picture, clip, pixels_);
    draw_pixels(pixels_, clip);
    draw_words(words_, area());
}

int MovieView::handle(int event) {
    if (event != FL_PUSH) return 0;
    if (clicked_) clicked_();
    return 1;
}

std::string MovieView::described_value() const {
    const Rect shown = place();
    return fmt::format("{}x{} shown {}x{} at {},{}", viewport_.remote().width, viewport_.remote().height, shown.width,
                       shown.height, shown.x, shown.y);
}

}  // namespace pronto::viewer
