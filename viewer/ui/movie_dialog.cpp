#include "viewer/ui/movie_dialog.hpp"

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/ui/fields.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

using ui::px;

MovieDialog::MovieDialog(Fl_Window* over, MovieSource& movies, const Movie& movie,
                         std::function<void(MovieFetch::Fetched)> closed)
    : Dialog(px(460), "Why do you look at this movie?", over),
      fetch_(movies, movie, [this] { changed(); }),
      closed_(std::move(closed)) {
    give_id(*this, "movie");
    build();
    open();
    reason_->take_focus();
}

void MovieDialog::build() {
    const auto& movie = fetch_.movie();
    paragraph(
        fmt::format("The session of {} with {}, {}. Your reason is logged with your name before the movie is shown.",
                    movie.operator_name, movie.guest, local_date_time(movie.started)));
    body().space(px(2));
    reason_ = &body().fixed<ui::TextField>(ui::TextField::height(), "For instance: the guest asks what was changed");
    give_id(*reason_, "movie.reason");
    reason_->on_enter([this] { start(); });
    progress_ = &body().fixed<ui::ProgressBar>(px(6));
    give_id(*progress_, "movie.progress");
    so_far_ = &body().fixed<ui::Label>(px(20), "", ui::Label::Style::caption);
    give_id(*so_far_, "movie.so_far");
    progress_->hide();
    so_far_->hide();
    problem_ = &paragraph("", ui::Label::Style::danger);
    give_id(*problem_, "movie.problem");
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "movie.cancel");
    cancel.on_click([this] { close({}); });
    on_close([this] { close({}); });
    play_ = &buttons().sized<ui::PrimaryButton>("Play", "play");
    give_id(*play_, "movie.play");
    play_->on_click([this] { start(); });
}

void MovieDialog::start() {
    fetch_.start(reason_->text());
}

void MovieDialog::changed() {
    if (fetch_.state() == MovieFetch::State::done) return close(fetch_.take());
    const bool busy = fetch_.under_way();
    busy ? reason_->deactivate() : reason_->activate();
    busy ? play_->deactivate() : play_->activate();
    body().set_shown(*progress_, busy);
    body().set_shown(*so_far_, busy);
    progress_->set(fetch_.part());
    so_far_->set_text(fetch_.state() == MovieFetch::State::asking
                          ? "Asking the hub…"
                          : fmt::format("{} of {}", human_bytes(fetch_.bytes()), human_bytes(fetch_.movie().bytes)));
    set_paragraph(*problem_, fetch_.error() ? in_words(*fetch_.error()) : "");
    fit();
    if (!busy) reason_->take_focus();
}

void MovieDialog::connection_lost() {
    fetch_.fail({control::Code::offline, "The connection to the hub is gone.", "Log in again, then try anew."});
}

void MovieDialog::close(MovieFetch::Fetched fetched) {
    hide();
    const auto closed = std::move(closed_);
    if (closed) closed(std::move(fetched));
}

}  // namespace pronto::viewer
