#include "viewer/ui/report_form.hpp"

#include <fmt/format.h>

#include <array>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/ui/session_words.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

constexpr std::array outcomes{control::Outcome::solved, control::Outcome::not_solved, control::Outcome::follow_up};

}  // namespace

ReportForm::ReportForm(Fl_Window* over, ConsoleModel& model, const Session& session, std::function<void(bool)> closed)
    : Dialog(px(520), "Report", over), model_(model), assistance_(session.assistance), closed_(std::move(closed)) {
    give_id(*this, "report");
    build(session);
    if (const auto* known = model_.find_report(assistance_)) fill_in(known->content);
    on_close([this] { closed_(false); });
    open(false);
    problem_->take_focus();
}

void ReportForm::build(const Session& session) {
    const auto heading = [&](const char* text) { body().fixed<ui::Label>(px(18), text, ui::Label::Style::caption); };
    paragraph(fmt::format("{}, {}", session.guest_name, duration_in_words(session.duration_ms)),
              ui::Label::Style::bold);
    const auto end = end_in_words(session);
    auto& how = paragraph(end.reason.empty() ? end.heading + "." : fmt::format("{}. {}", end.heading, end.reason),
                          ui::Label::Style::caption);
    give_id(how, "report.end");
    heading("Problem");
    problem_ = &body().fixed<ui::TextArea>(px(84));
    heading("Solution");
    solution_ = &body().fixed<ui::TextArea>(px(84));
    heading("Category");
    category_ = &body().fixed<ui::TextField>(ui::TextField::height(), "printing, e-mail, network, …");
    category_->maximum_size(100);
    heading("Outcome");
    auto& row = body().fixed<ui::Row>(px(26), px(18));
    for (const auto outcome : outcomes) {
        auto& radio = row.sized<ui::RadioButton>(outcome_in_words(outcome));
        give_id(radio, fmt::format("report.outcome.{}", control::name(outcome)));
        outcomes_.push_back(&radio);
    }
    trouble_ = &paragraph("", ui::Label::Style::danger);
    auto& later = buttons().sized<ui::Button>("Later");
    later.on_click([this] { closed_(false); });
    save_ = &buttons().sized<ui::PrimaryButton>("Save the report", "save");
    save_->on_click([this] { save(); });
    give_id(*problem_, "report.problem");
    give_id(*solution_, "report.solution");
    give_id(*category_, "report.category");
    give_id(*trouble_, "report.trouble");
    give_id(later, "report.later");
    give_id(*save_, "report.save");
}

void ReportForm::fill_in(const control::ReportSave& content) {
    problem_->set_text(content.problem);
    solution_->set_text(content.solution);
    category_->set_text(content.category);
    for (std::size_t at = 0; at < outcomes.size(); ++at) outcomes_[at]->value(outcomes[at] == content.outcome);
}

std::optional<control::Outcome> ReportForm::outcome() const {
    for (std::size_t at = 0; at < outcomes.size(); ++at)
        if (outcomes_[at]->value() != 0) return outcomes[at];
    return std::nullopt;
}

void ReportForm::save() {
    const auto chosen = outcome();
    if (!chosen) return say("Choose an outcome first: solved, not solved, or to be followed up.");
    control::ReportSave report;
    report.assistance = assistance_;
    report.problem = problem_->text();
    report.solution = solution_->text();
    report.category = category_->text();
    report.outcome = *chosen;
    say("");
    if (!model_.save_report(report)) say(model_.log().empty() ? "The report is not saved." : model_.log().back().text);
}

void ReportForm::say(const std::string& trouble) {
    set_paragraph(*trouble_, trouble);
    fit();
}

void ReportForm::report_changed(const Report& report) {
    report.state == Report::State::saving ? save_->deactivate() : save_->activate();
    if (report.state == Report::State::failed)
        set_paragraph(*trouble_, report.error ? in_words(*report.error) : "The report is not saved.");
    fit();
    if (report.state == Report::State::saved) closed_(true);
}

}  // namespace pronto::viewer
