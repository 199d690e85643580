#pragma once

#include <FL/Fl_Choice.H>
#include <FL/Fl_Input.H>
#include <FL/Fl_Text_Buffer.H>
#include <FL/Fl_Text_Editor.H>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/ui/identity.hpp"

namespace pronto::ui {

/// One line of text in a rounded field; `hint` shows while it is empty.
class TextField : public Fl_Input {
public:
    explicit TextField(const std::string& hint = {});
    std::string text() const { return value(); }
    void set_text(const std::string& text) { value(text.c_str()); }
    /// Text in the middle, larger, monospaced: for tickets.
    void make_large();
    void on_change(std::function<void()> then);
    /// Return was pressed.
    void on_enter(std::function<void()> then);
    static int height();
    int handle(int event) override;

protected:
    void draw() override;

private:
    std::string hint_;
    std::function<void()> changed_;
    std::function<void()> entered_;
};

/// A password: shown as dots, not copied, not told to the test hook.
class SecretField : public TextField {
public:
    explicit SecretField(const std::string& hint = {});
    ~SecretField() override;
    int handle(int event) override;
};

/// Several lines, wrapped, scrolling. Tab leaves it.
class TextArea : public Fl_Text_Editor, public Describes {
public:
    TextArea();
    ~TextArea() override;
    std::string text() const;
    void set_text(const std::string& text);
    void set_read_only(bool read_only);
    void on_change(std::function<void()> then);
    int handle(int event) override;
    std::string described_value() const override { return text(); }

protected:
    void draw() override;

private:
    Fl_Text_Buffer content_;
    std::function<void()> changed_;
    bool read_only_ = false;
};

/// One of a list.
class Choice : public Fl_Choice {
public:
    explicit Choice(const std::vector<std::string>& entries);
    ~Choice() override;
    void on_change(std::function<void(int)> then);
    std::string chosen() const;

protected:
    void draw() override;

private:
    std::function<void(int)> changed_;
};

}  // namespace pronto::ui
