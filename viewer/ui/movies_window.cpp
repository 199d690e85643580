#include "viewer/ui/movies_window.hpp"

#include <FL/Fl_Native_File_Chooser.H>
#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/playback.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

Fl_Color colour_of(Movie::State state) {
    switch (state) {
        case Movie::State::finished:
            return ui::colour::accent;
        case Movie::State::failed:
            return ui::colour::danger;
        case Movie::State::deleted:
            return ui::colour::faint;
        default:
            return ui::colour::warning;
    }
}

}  // namespace

class MoviesWindow::Toolbar : public ui::Row {
public:
    Toolbar() : Row(px(4), px(8)) {
        box(FL_FLAT_BOX);
        color(ui::colour::surface);
        give_id(play, "movies.play");
        give_id(refresh, "movies.refresh");
        give_id(more, "movies.more");
        give_id(open, "movies.open");
        open.tooltip("A movie on this computer");
    }
    ui::PrimaryButton& play = sized<ui::PrimaryButton>("Play", "play");
    ui::ToolButton& refresh = sized<ui::ToolButton>("Refresh", "refresh-cw");
    ui::ToolButton& more = sized<ui::ToolButton>("Older", "chevron-down");
    ui::ToolButton& open = sized<ui::ToolButton>("Open a file…", "folder");
};

MoviesWindow::MoviesWindow(MovieSource& movies, Mediator& mediator, bool logged_in)
    : Frame(px(860), px(520), "Movies - Pronto", 0, 0), mediator_(mediator), list_(movies, [this] { update(); }) {
    give_id(*this, "movies");
    xclass("pronto-viewer");
    build();
    size_range(px(640), px(300));
    set_logged_in(logged_in);
    update();
}

void MoviesWindow::build() {
    toolbar_ = &content().fixed<Toolbar>(px(50));
    content().fixed<ui::Hairline>(ui::hairline());
    auto& page = content().grow<ui::Column>(1, px(6), px(12));
    rows_ = &page.grow<ui::RowList>(1, "movies.row:");
    give_id(*rows_, "movies.rows");
    rows_->set_columns(
        {{"Session", px(170)}, {"Guest", 0}, {"Operator", px(140)}, {"Duration", px(80)}, {"State", px(150)}});
    words_ = &page.fixed<ui::Label>(px(20), "", ui::Label::Style::caption);
    give_id(*words_, "movies.words");
    content().arrange();
    toolbar_->play.on_click([this] { play_selected(); });
    toolbar_->refresh.on_click([this] { list_.refresh(); });
    toolbar_->more.on_click([this] { list_.more(); });
    toolbar_->open.on_click([this] { open_file(); });
    rows_->on_select([this](const std::string&) { update_buttons(); });
    rows_->on_activate([this](const std::string&) { play_selected(); });
}

void MoviesWindow::set_logged_in(bool logged_in) {
    if (logged_in == logged_in_) return;
    logged_in_ = logged_in;
    list_.forget();
    if (logged_in_) list_.refresh();
}

void MoviesWindow::update() {
    std::vector<ui::ListRow> rows;
    for (const auto& movie : list_.movies()) rows.push_back(row_of(movie));
    rows_->set_rows(std::move(rows));
    rows_->set_empty_text(!logged_in_       ? "Log in to see the movies of your sessions, or open a file."
                          : list_.loading() ? "Asking the hub…"
                                            : "No session has been recorded yet.");
    words_->set_style(list_.error() ? ui::Label::Style::danger : ui::Label::Style::caption);
    update_buttons();
}

void MoviesWindow::update_buttons() {
    const auto enable = [](Fl_Widget& widget, bool active) { active ? widget.activate() : widget.deactivate(); };
    const auto* movie = list_.find(rows_->selected());
    enable(toolbar_->play, movie && movie->state == Movie::State::finished);
    enable(toolbar_->refresh, logged_in_ && !list_.loading());
    enable(toolbar_->more, list_.has_more() && !list_.loading());
    std::string words;
    if (list_.error())
        words = in_words(*list_.error());
    else if (movie && !movie->hold.empty())
        words = fmt::format("Nobody may delete it: {}", movie->hold);
    else if (movie && !movie->detail.empty())
        words = movie->detail;
    else if (movie && movie->bytes > 0)
        words = human_bytes(movie->bytes);
    else if (!list_.movies().empty())
        words = fmt::format("{}{} {}", list_.has_more() ? "The newest " : "", list_.movies().size(),
                            list_.movies().size() == 1 ? "movie" : "movies");
    words_->set_text(words);
}

void MoviesWindow::play_selected() {
    const auto* movie = list_.find(rows_->selected());
    if (movie && movie->state == Movie::State::finished) mediator_.play(Movie(*movie));
}

void MoviesWindow::open_file() {
    Fl_Native_File_Chooser chooser(Fl_Native_File_Chooser::BROWSE_FILE);
    chooser.title("Open a movie");
    chooser.filter("Movies\t*.fbs");
    if (chooser.show() == 0 && chooser.filename()) mediator_.play(std::filesystem::path(chooser.filename()));
}

std::string duration_text(const Movie& movie) {
    if (movie.duration_ms <= 0) return {};
    return clock_text(static_cast<std::uint32_t>(std::min<std::int64_t>(movie.duration_ms, UINT32_MAX)));
}

ui::ListRow row_of(const Movie& movie) {
    ui::ListRow row{movie.session, local_date_time(movie.started), {}, "film"};
    row.icon_colour = colour_of(movie.state);
    row.cells = {movie.guest, movie.operator_name, duration_text(movie),
                 in_words(movie.state) + (movie.hold.empty() ? "" : ", held")};
    return row;
}

}  // namespace pronto::viewer
