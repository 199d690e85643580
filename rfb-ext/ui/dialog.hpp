#pragma once

#include <FL/Fl_Double_Window.H>

#include <functional>
#include <string>
#include <string_view>

#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::ui {

/// A window with one column over all of it that follows its size.
class Frame : public Fl_Double_Window {
public:
    /// Size in pixels (pass px()); less where the screen is smaller.
    Frame(int width, int height, const std::string& title, int gap, int padding);
    Column& content() { return *content_; }
    void on_close(std::function<void()> then);  ///< the window's close button, or Escape in a dialog
    int handle(int event) override;

private:
    Frame(Size size, const std::string& title, int gap, int padding);
    Column* content_;
    std::function<void()> closed_;
};

/// A dialog: white, a heading, content, a row of buttons at the bottom right. Opens in the middle of `over` (nullptr:
/// of the screen). The caller owns it and hides or deletes it.
class Dialog : public Frame {
public:
    Dialog(int width, const std::string& title, Fl_Window* over);
    /// What it is about, between heading and buttons.
    Column& body() { return *body_; }
    Row& buttons() { return *buttons_; }
    void set_heading(const std::string& text);
    /// A wrapped paragraph in the body with as much height as it needs.
    Label& paragraph(const std::string& text, Label::Style style = Label::Style::normal);
    /// Changes a paragraph's text and its height.
    void set_paragraph(Label& label, const std::string& text);
    /// Fits the height to the content and shows it. Give the focus to a widget only after that: FLTK shows the window
    /// of a widget that gets it, and a window that is shown already cannot become modal.
    void open(bool modal = true);
    /// The height that the content needs now.
    void fit();
    int handle(int event) override;

protected:
    void draw() override;

private:
    int inner_width() const;
    Fl_Window* over_;
    Label* heading_;
    Column* body_;
    Row* buttons_;
};

/// Asks or tells something with a dialog of its own; `id` names it ("ask.end": buttons "ask.end.yes", "ask.end.no").
struct Question {
    std::string id;
    std::string title;
    std::string text;
    std::string yes = "OK";
    std::string no = {};  ///< empty: nothing but `yes`
    bool dangerous = false;
    std::string fine_print = {};  ///< in monospace below the text
};
/// Comes back at once; `answer` is called once, later. Closing the window means no.
void ask(const Question& question, Fl_Window* over, std::function<void(bool)> answer);

}  // namespace pronto::ui
