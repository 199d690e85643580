#pragma once

#include <FL/Fl_Button.H>
#include <FL/Fl_Check_Button.H>

#include <functional>
#include <string>
#include <string_view>

namespace pronto::ui {

/// A push button with hover, press, focus and disabled looks. Its label is taken as it is ('@' and '&' mean nothing).
class Button : public Fl_Button {
public:
    enum class Style {
        plain,    ///< white with a hairline
        primary,  ///< the one thing to do here
        danger,   ///< ends or destroys
        flat,     ///< toolbar: nothing but icon and text until hovered
    };
    explicit Button(const std::string& text, std::string_view icon = {}, Style style = Style::plain);

    void on_click(std::function<void()> then);
    void set_text(const std::string& text);
    void set_icon(std::string_view icon);
    /// A toggle stays down when clicked; value() tells.
    void make_toggle();
    /// Width for icon and text, pixels.
    int wish() const;
    /// Height of every button, pixels.
    static int height();

    int handle(int event) override;

protected:
    void draw() override;

private:
    struct Inks;
    Inks inks() const;
    Style style_;
    std::string icon_;
    std::function<void()> then_;
    bool hovered_ = false;
};

class PrimaryButton : public Button {
public:
    explicit PrimaryButton(const std::string& text, std::string_view icon = {}) : Button(text, icon, Style::primary) {}
};
class DangerButton : public Button {
public:
    explicit DangerButton(const std::string& text, std::string_view icon = {}) : Button(text, icon, Style::danger) {}
};
/// For toolbars.
class ToolButton : public Button {
public:
    explicit ToolButton(const std::string& text, std::string_view icon) : Button(text, icon, Style::flat) {}
};

class Checkbox : public Fl_Check_Button {
public:
    explicit Checkbox(const std::string& text);
    void on_change(std::function<void(bool)> then);
    int wish() const;
    int handle(int event) override;

protected:
    void draw() override;

private:
    std::function<void(bool)> then_;
    bool hovered_ = false;
};

/// One of several: a click takes the others of the same group() down (they must share a parent).
class RadioButton : public Checkbox {
public:
    explicit RadioButton(const std::string& text) : Checkbox(text) { type(FL_RADIO_BUTTON); }
};

}  // namespace pronto::ui
