#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/movie_file.hpp"
#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::fbs {

/// The parts of one session's recording, drawn one behind the other on one time line: that of the clock, as their side
/// files tell it. A part without a side file begins where the one before ended.
class Parts {
public:
    /// Opens all of them, so that nothing needs to be opened later. `keys` are for those that are sealed, and may then
    /// go. Throws std::runtime_error naming the path; also if a sealed one has another's name.
    explicit Parts(const std::vector<std::filesystem::path>& files, const KeyRing* keys = nullptr);
    ~Parts();

    struct Step {
        std::uint32_t at_ms = 0;  ///< since the first part's start
        std::size_t part = 0;     ///< from 0
        bool is_update = false;
        vnc::PictureDecoder::Update update;
    };
    /// Draws the next message. Nothing at the end. A part that is cut, damaged or cannot be drawn ends there: what
    /// follows in it is left out and noted in problems(). Throws std::runtime_error if the disk cannot be read.
    std::optional<Step> next(const vnc::PictureDecoder::OnDrawn& on_drawn = {});

    /// A part's span on the time line, as far as it has been drawn.
    struct Span {
        std::uint32_t begin_ms = 0;
        std::uint32_t end_ms = 0;
        bool continues = false;  ///< nothing is missing before it
        bool paused = false;     ///< somebody stopped the recording at its end
    };
    const std::vector<Span>& spans() const { return spans_; }
    /// One line for each part that was not drawn to its end, naming the file.
    const std::vector<std::string>& problems() const { return problems_; }
    /// Is one of them worse than cut?
    bool damaged() const { return damaged_; }
    std::uint64_t bytes_read() const;
    std::uint64_t bytes() const { return bytes_; }  ///< of all files

    /// The screen as it is now. Before the first update there is none: check drawn().
    bool drawn() const { return decoder_ && decoder_->drawn(); }
    const vnc::Picture& picture() const { return decoder_->picture(); }
    const vnc::CursorShape& cursor() const { return decoder_->cursor(); }
    /// What the movie starts with.
    const std::optional<wire::ServerInit>& init() const { return init_; }

private:
    struct File;
    bool enter(File& file, const wire::ServerInit& init);
    void note(const File& file, const std::string& problem);
    void note_missing();

    std::vector<std::unique_ptr<File>> files_;
    std::size_t current_ = 0;
    std::unique_ptr<MovieDecoder> decoder_;
    std::optional<wire::ServerInit> init_;
    std::vector<Span> spans_;
    std::vector<std::string> problems_;
    bool damaged_ = false;
    std::uint64_t bytes_ = 0;
};

}  // namespace pronto::fbs
