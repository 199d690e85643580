#pragma once

#include <FL/Fl_Box.H>
#include <FL/Fl_Group.H>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::ui {

/// A white rounded panel with a hairline; lays its children out in a column.
class Card : public Column {
public:
    explicit Card(int gap = 0, int padding = -1);  ///< -1: the house's padding

protected:
    void draw() override;
};

/// Text that can be wrapped and changed. Any script.
class Label : public Fl_Widget, public Describes {
public:
    enum class Style { normal, bold, heading, caption, mono, good, warning, danger };
    explicit Label(const std::string& text, Style style = Style::normal, Align align = Align::left);
    const std::string& text() const { return text_; }
    void set_text(const std::string& text);
    void set_style(Style style);
    void set_align(Align align);
    /// Size at scale 1, in place of the style's.
    void set_size(int size);
    /// Several lines from the top instead of one in the middle.
    void make_wrapped() { wrap_ = true; }
    /// Width of the text on one line.
    int wish() const;
    /// Height of the wrapped text in that width.
    int wish_height(int width) const;
    std::string described_value() const override { return text_; }

protected:
    void draw() override;

private:
    TextLook text_look() const;
    std::string text_;
    Style style_;
    Align align_;
    int size_ = 0;
    bool wrap_ = false;
};

enum class Lamp { off, good, warning, danger, busy };
Fl_Color colour_of(Lamp lamp);

/// A coloured dot and a line of text beside it.
class StatusDot : public Fl_Widget, public Describes {
public:
    explicit StatusDot(const std::string& text = {}, Lamp lamp = Lamp::off);
    void set(Lamp lamp, const std::string& text);
    int wish() const;
    std::string described_value() const override { return text_; }

protected:
    void draw() override;

private:
    std::string text_;
    Lamp lamp_;
};

/// A picture from the icon set in the middle of its area.
class IconBox : public Fl_Widget {
public:
    IconBox(std::string_view icon, int size, Fl_Color colour);
    void set(std::string_view icon, Fl_Color colour);

protected:
    void draw() override;

private:
    std::string icon_;
    int size_;
    Fl_Color colour_;
};

/// A one-pixel line across.
class Hairline : public Fl_Widget {
public:
    Hairline() : Fl_Widget(0, 0, 0, 0) {}

protected:
    void draw() override;
};

/// How far something is: 0 to 1.
class ProgressBar : public Fl_Widget, public Describes {
public:
    ProgressBar();
    void set(double part);
    void set_colour(Fl_Color colour);
    double part() const { return part_; }
    std::string described_value() const override;

protected:
    void draw() override;

private:
    double part_ = 0;
    Fl_Color colour_;
};

/// A bar that runs empty within a time and says how many seconds are left.
class Countdown : public Fl_Widget, public Describes {
public:
    Countdown();
    ~Countdown() override;
    /// From the whole time down; `over` is called once at the end, unless stopped before.
    void start(std::chrono::milliseconds time, std::function<void()> over = {});
    void stop();
    std::chrono::milliseconds left() const;
    std::string described_value() const override;

protected:
    void draw() override;

private:
    static void tick(void* self);
    std::chrono::steady_clock::time_point end_{};
    std::chrono::milliseconds whole_{0};
    std::function<void()> over_;
    bool running_ = false;
};

}  // namespace pronto::ui
