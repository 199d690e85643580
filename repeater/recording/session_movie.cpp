#include "repeater/recording/session_movie.hpp"

#include <utility>

namespace pronto::recording {

SessionMovie::SessionMovie(Recorder& recorder, std::string session, int first_part,
                           OnChange on_change)
    : recorder_(recorder),
      session_(std::move(session)),
      first_part_(first_part),
      on_change_(std::move(on_change)) {
    next_part(false);
}

void SessionMovie::header(const wire::ServerInit& init) {
    // A part that goes on from one that was given up could not be drawn.
    if (parts_ > 0 && part_->failed()) return;
    if (parts_ >= most_of_a_stream || first_part_ + parts_ > most_parts) return part_->fail("the movie has too many parts");
    if (parts_ > 0) next_part(true);
    ++parts_;
    part_->header(init);
}

void SessionMovie::message(Bytes message) {
    part_->message(message);
}

void SessionMovie::too_large() {
    part_->fail("one picture was over the movie's limit");
}

void SessionMovie::pause() {
    part_->pause();
}

void SessionMovie::next_part(bool continues) {
    part_ = recorder_.start(session_, first_part_ + parts_, continues, on_change_);
}

}  // namespace pronto::recording
