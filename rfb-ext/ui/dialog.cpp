#include "rfb-ext/ui/dialog.hpp"

#include <FL/Fl.H>

#include <algorithm>
#include <memory>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/screen.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {

Frame::Frame(int width, int height, const std::string& title, int gap, int padding)
    : Frame(room_on_screen({width, height}), title, gap, padding) {}

Frame::Frame(Size size, const std::string& title, int gap, int padding) : Fl_Double_Window(size.width, size.height) {
    end();
    Fl_Group::current(nullptr);
    copy_label(title.c_str());
    color(colour::window);
    content_ = new Column(gap, padding);
    Fl_Group::current(nullptr);
    add(content_);
    content_->resize(0, 0, size.width, size.height);
    resizable(content_);  // takes all that is gained or lost
    callback(
        [](Fl_Widget*, void* self) {
            const auto closed = static_cast<Frame*>(self)->closed_;  // a copy: it may delete the window
            closed ? closed() : static_cast<Frame*>(self)->hide();
        },
        this);
}

void Frame::on_close(std::function<void()> then) {
    closed_ = std::move(then);
}

int Frame::handle(int event) {
    // FLTK closes any window at Escape, however much is going on in it.
    if (event == FL_SHORTCUT && Fl::event_key() == FL_Escape) return 1;
    return Fl_Double_Window::handle(event);
}

Dialog::Dialog(int width, const std::string& title, Fl_Window* over)
    : Frame(width, px(200), title, px(14), px(20)), over_(over) {
    color(colour::surface);
    heading_ = &content().fixed<Label>(px(26), title, Label::Style::heading);
    body_ = &content().grow<Column>(1, px(8));
    buttons_ = &content().fixed<Row>(Button::height(), px(8));
    buttons_->spring();
}

void Dialog::set_heading(const std::string& text) {
    heading_->set_text(text);
}

int Dialog::inner_width() const {
    return w() - px(40);
}

Label& Dialog::paragraph(const std::string& text, Label::Style style) {
    auto& label = body_->fixed<Label>(0, text, style);
    label.make_wrapped();
    set_paragraph(label, text);
    return label;
}

void Dialog::set_paragraph(Label& label, const std::string& text) {
    label.set_text(text);
    body_->set_extent(label, text.empty() ? 0 : label.wish_height(inner_width()));
}

void Dialog::fit() {
    const int height = px(26 + 2 * 20 + 2 * 14) + body_->needed() + Button::height();
    size(w(), height);
    redraw();
}

void Dialog::open(bool modal) {
    fit();
    if (over_ && over_->shown())
        position(over_->x() + (over_->w() - w()) / 2, over_->y() + std::max(px(20), (over_->h() - h()) / 3));
    else
        position((Fl::w() - w()) / 2, (Fl::h() - h()) / 3);
    if (modal) set_modal();
    show();
}

void Dialog::draw() {
    Frame::draw();
    // Where no window manager draws a frame, white on white would have no edge.
    const int line = hairline();
    for (const Rect& edge :
         {Rect{0, 0, w(), line}, Rect{0, h() - line, w(), line}, Rect{0, 0, line, h()}, Rect{w() - line, 0, line, h()}})
        fill(edge, colour::hairline);
}

int Dialog::handle(int event) {
    if (event == FL_KEYBOARD && Fl::event_key() == FL_Escape) {
        do_callback();
        return 1;
    }
    return Frame::handle(event);
}

void ask(const Question& question, Fl_Window* over, std::function<void(bool)> answer) {
    auto* dialog = new Dialog(px(460), question.title, over);
    dialog->paragraph(question.text);
    if (!question.fine_print.empty()) dialog->paragraph(question.fine_print, Label::Style::mono);
    const auto done = [dialog, answer = std::move(answer)](bool yes) {
        dialog->hide();
        Fl::delete_widget(dialog);
        if (answer) answer(yes);
    };
    dialog->on_close([done] { done(false); });
    if (!question.no.empty()) {
        auto& no = dialog->buttons().sized<Button>(question.no);
        give_id(no, question.id + ".no");
        no.on_click([done] { done(false); });
    }
    auto& yes = dialog->buttons().sized<Button>(question.yes, "",
                                                question.dangerous ? Button::Style::danger : Button::Style::primary);
    give_id(yes, question.id + ".yes");
    yes.on_click([done] { done(true); });
    give_id(*dialog, question.id);
    dialog->open();
    yes.take_focus();
}

}  // namespace pronto::ui
