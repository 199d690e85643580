#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

/// Qualifies an assistance: problem, solution, category, outcome.
class ReportForm : public ui::Dialog {
public:
    /// `closed` is called when the form is done with: true if the report is saved, false for "Later".
    ReportForm(Fl_Window* over, ConsoleModel& model, const Session& session, std::function<void(bool)> closed);
    const std::string& assistance() const { return assistance_; }
    void report_changed(const Report& report);

private:
    void build(const Session& session);
    void fill_in(const control::ReportSave& content);
    void save();
    /// Nothing until one is chosen: an untouched form must not pass for a solved case.
    std::optional<control::Outcome> outcome() const;
    void say(const std::string& trouble);

    ConsoleModel& model_;
    std::string assistance_;
    std::function<void(bool)> closed_;
    ui::TextArea* problem_ = nullptr;
    ui::TextArea* solution_ = nullptr;
    ui::TextField* category_ = nullptr;
    std::vector<ui::RadioButton*> outcomes_;
    ui::Label* trouble_ = nullptr;
    ui::Button* save_ = nullptr;
};

}  // namespace pronto::viewer
