#include "rfb-ext/fbs/finish.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/fbs/activity.hpp"
#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/psnr.hpp"

namespace pronto::fbs {

namespace {

using Drawn = vnc::PictureDecoder::Drawn;

std::vector<MovieFacts::Gap> gaps_between(const std::vector<Parts::Span>& spans) {
    std::vector<MovieFacts::Gap> gaps;
    for (std::size_t i = 1; i < spans.size(); ++i)
        if (!spans[i].continues && spans[i].begin_ms > spans[i - 1].end_ms)
            gaps.push_back({spans[i - 1].end_ms, spans[i].begin_ms, spans[i - 1].paused});
    return gaps;
}

/// What was drawn since the last look, and which of it by JPEG.
void note(LossyMap& lossy, const Drawn& drawn) {
    if (drawn.encoding == wire::encoding::copy_rect)
        lossy.copied(drawn.area, drawn.from);
    else if (!drawn.jpeg.empty())
        lossy.mark_lossy(drawn.area);
    else
        lossy.mark_exact(drawn.area);
}

/// Compares a movie's picture with that of the parts; says where they differ too much, or nothing.
class Comparison {
public:
    Comparison(const vnc::Picture& made, const vnc::Picture& source, const LossyMap& lossy)
        : made_(made), source_(source), lossy_(lossy) {
        if (made.size != source.size)
            problem_ = fmt::format("it is {} x {} instead of {} x {}", made.size.width, made.size.height,
                                   source.size.width, source.size.height);
    }
    void take(const Rect& area) {
        for (int y = area.y; y < area.y + area.height && problem_.empty(); ++y) {
            const std::uint32_t* made = made_.row(y);
            const std::uint32_t* source = source_.row(y);
            for (int x = area.x; x < area.x + area.width; ++x) {
                const bool may_differ = lossy_.lossy(x / LossyMap::side, y / LossyMap::side);
                if (may_differ) jpeg_.take(made[x], source[x]);
                if (may_differ || made[x] == source[x]) continue;
                problem_ = fmt::format("pixel {},{} is #{:06X} instead of #{:06X}", x, y, made[x], source[x]);
                break;
            }
        }
    }
    const std::string& exact_problem() const { return problem_; }
    std::string problem() const {
        if (!problem_.empty() || jpeg_.db() >= CanonicalWriter::least_psnr_db) return problem_;
        return fmt::format("what JPEG drew has a PSNR of {:.1f} dB", jpeg_.db());
    }

private:
    const vnc::Picture& made_;
    const vnc::Picture& source_;
    const LossyMap& lossy_;
    std::string problem_;
    Psnr jpeg_;  ///< of what JPEG drew
};

std::string difference(const vnc::Picture& made, const vnc::Picture& source, const LossyMap& lossy) {
    Comparison comparison(made, source, lossy);
    comparison.take({0, 0, source.size.width, source.size.height});
    return comparison.problem();
}

/// Only what was drawn just now, and of that what must be exact.
std::string difference_in(const std::vector<Rect>& areas, const vnc::Picture& made, const vnc::Picture& source,
                          const LossyMap& lossy) {
    Comparison comparison(made, source, lossy);
    for (const Rect& area : areas) comparison.take(area);
    return comparison.exact_problem();
}

/// A movie's side of the comparison: drawn from its start, and each key frame alone.
class MovieSide {
public:
    explicit MovieSide(MovieFile& movie) : movie_(movie) {}

    /// Draws the next update and everything before it.
    void draw_update() {
        for (;;) {
            const auto message = movie_.next();
            if (!message)
                throw std::runtime_error("the movie ends too early" +
                                         (movie_.error().empty() ? "" : ": " + movie_.error()));
            if (!whole_) whole_.emplace(*movie_.init());
            draw(*whole_, *message);
            if (message->type != wire::server::update) continue;
            last_ = *message;
            return;
        }
    }
    const vnc::Picture& picture() const { return whole_->picture(); }
    std::uint32_t at_ms() const { return last_.at_ms; }
    std::uint64_t end_offset() const { return movie_.position(); }  ///< of the update
    /// What somebody sees who enters the movie here.
    vnc::Picture entered_here() {
        MovieDecoder fresh(*movie_.init());
        draw(fresh, last_);
        return fresh.picture();
    }

private:
    static void draw(MovieDecoder& decoder, const Message& message) {
        if (!decoder.draw(message))
            throw std::runtime_error(
                fmt::format("the movie cannot be drawn at {} ms: {}", message.at_ms, decoder.why()));
    }

    MovieFile& movie_;
    std::optional<MovieDecoder> whole_;
    Message last_;
};

[[noreturn]] void refuse(std::uint32_t at_ms, const char* which, const std::string& how) {
    throw std::runtime_error(fmt::format("the movie is not what was recorded: at {} ms, {}, {}", at_ms, which, how));
}

}  // namespace

Finished write_canonical(Parts& parts, const CanonicalWriter::Options& options, const CanonicalWriter::Write& write,
                         const Progress& progress) {
    std::optional<CanonicalWriter> writer;
    Activity activity;
    Finished made;
    // The writer can only begin once the first update's size is known.
    const auto on_drawn = [&](const Drawn& drawn) {
        if (!writer) writer.emplace(parts.picture().size, parts.init()->name, options, write);
        writer->drawn(drawn, parts.picture());
        activity.drawn(drawn.area);
    };
    std::size_t part = 0;
    bool half = false;
    while (const auto step = parts.next(on_drawn)) {
        if (!step->is_update || !parts.drawn()) continue;
        if (step->part != part) writer->require_key_frame();
        part = step->part;
        const auto& picture = parts.picture();
        const auto key_frames = writer->key_frames().size();
        writer->end_update(step->at_ms, step->update, picture, parts.cursor());
        activity.passed(step->at_ms, picture.size);
        if (made.facts.sizes.empty() || made.facts.sizes.back().size != picture.size)
            made.facts.sizes.push_back({step->at_ms, picture.size});
        if (writer->key_frames().size() > key_frames && !half) {
            half = parts.bytes_read() * 2 >= parts.bytes();
            made.poster = picture;
        }
        made.facts.duration_ms = step->at_ms;
        progress(static_cast<double>(parts.bytes_read()) /
                 static_cast<double>(std::max<std::uint64_t>(parts.bytes(), 1)));
    }
    if (!writer)
        throw std::runtime_error(parts.problems().empty() ? "nothing was drawn in it" : parts.problems().front());
    made.facts.activity = activity.take();
    made.facts.gaps = gaps_between(parts.spans());
    made.facts.problems = parts.problems();
    made.facts.damaged = parts.damaged();
    made.facts.parts = static_cast<std::uint32_t>(parts.spans().size());
    made.facts.parts_bytes = parts.bytes();
    made.facts.key_frames = writer->key_frames();
    made.facts.bytes = writer->bytes();
    return made;
}

void check_canonical(Parts& parts, const MovieFacts& facts, MovieFile& movie, const Progress& progress) {
    MovieSide side(movie);
    std::optional<LossyMap> lossy;
    const auto on_drawn = [&](const Drawn& drawn) {
        if (!lossy || lossy->size() != parts.picture().size) lossy.emplace(parts.picture().size);
        note(*lossy, drawn);
    };
    auto key_frame = facts.key_frames.begin();
    while (const auto step = parts.next(on_drawn)) {
        if (!step->is_update || !parts.drawn()) continue;
        if (!lossy || lossy->size() != parts.picture().size) lossy.emplace(parts.picture().size);
        side.draw_update();
        if (side.at_ms() != step->at_ms) refuse(step->at_ms, "its clock", fmt::format("it says {} ms", side.at_ms()));
        progress(static_cast<double>(parts.bytes_read()) /
                 static_cast<double>(std::max<std::uint64_t>(parts.bytes(), 1)));
        const auto drawn = difference_in(step->update.changed, side.picture(), parts.picture(), *lossy);
        if (!drawn.empty()) refuse(step->at_ms, "played from its start", drawn);
        if (key_frame == facts.key_frames.end() || side.end_offset() != key_frame->offset + key_frame->bytes) continue;
        ++key_frame;
        const auto entered = difference(side.entered_here(), parts.picture(), *lossy);
        if (!entered.empty()) refuse(step->at_ms, "entered at a key frame", entered);
        const auto played = difference(side.picture(), parts.picture(), *lossy);
        if (!played.empty()) refuse(step->at_ms, "played from its start", played);
    }
    if (key_frame != facts.key_frames.end()) refuse(key_frame->at_ms, "its index", "there is no such key frame");
}

}  // namespace pronto::fbs
