#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/movie_file.hpp"

namespace pronto::fbs {

/// A movie as a screen that shows any moment of it. With the facts beside it a jump enters the nearest key frame
/// before; without (a part, somebody else's movie) a jump back draws from the start. Memory: the picture, two messages,
/// the index. No threads; everything may throw std::runtime_error naming the file: it cannot be read, or it does not
/// match its index.
class MovieScreen {
public:
    /// `keys` are for a sealed one, and may go afterwards. Reads the facts beside it; without facts, or with those of a
    /// part, the whole movie once for its duration. Throws too if it is no movie at all.
    explicit MovieScreen(std::filesystem::path movie, const KeyRing* keys = nullptr);

    /// The screen as it is at that moment: after everything up to and with it. Forward, this goes on from where it is
    /// unless a key frame is nearer.
    void show(std::uint32_t at_ms);
    /// The moment shown.
    std::uint32_t at_ms() const { return at_ms_; }
    /// When something is drawn next after it; nothing: never again.
    std::optional<std::uint32_t> next_change();

    /// Of the moment shown. Black until something is drawn, in the size that the movie starts with.
    const vnc::Picture& picture() const { return decoder_->picture(); }
    const vnc::CursorShape& cursor() const { return decoder_->cursor(); }
    /// Where the pointer is, if the movie says so.
    const std::optional<Point>& pointer() const { return decoder_->pointer(); }
    bool drawn() const { return decoder_->drawn(); }
    /// What may differ from before the last show(): all of it after a jump or a resize, nothing (empty) if nothing.
    const Rect& changed() const { return changed_; }

    std::uint32_t duration_ms() const { return duration_ms_; }
    /// Percent of the screen drawn in each second; empty: not known.
    const std::vector<int>& activity() const { return facts_.activity; }
    const std::vector<MovieFacts::Gap>& gaps() const { return facts_.gaps; }
    /// The largest size the screen ever has, as far as it is known: each way by itself.
    Size largest_size() const { return largest_; }
    /// Can it be entered anywhere but at its start?
    bool indexed() const { return !facts_.key_frames.empty(); }
    /// Why the movie cannot be shown to its end; empty: no reason known. What could be drawn before stays shown.
    const std::string& problem() const { return problem_; }
    const std::filesystem::path& path() const { return path_; }

private:
    void read_facts();
    void measure();
    void note_damage();
    void jump_to_start();
    void enter(const KeyFrame& key_frame);
    const KeyFrame* key_frame_before(std::uint32_t at_ms) const;
    const Message* peek();
    void draw_pending();
    void mark(const Rect& area);
    void mark_all();

    std::filesystem::path path_;
    MovieFile file_;
    wire::ServerInit init_;
    MovieFacts facts_;
    Size largest_;
    std::uint32_t duration_ms_ = 0;
    std::optional<MovieDecoder> decoder_;
    std::optional<Message> pending_;  ///< read, but later than the moment shown
    std::uint32_t at_ms_ = 0;
    Rect changed_;
    bool stuck_ = false;  ///< at the end, or where it is damaged
    std::string problem_;
};

}  // namespace pronto::fbs
