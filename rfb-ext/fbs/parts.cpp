#include "rfb-ext/fbs/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pronto::fbs {

struct Parts::File {
    std::filesystem::path path;
    MovieFile movie;
    std::optional<PartFacts> facts;
    bool entered = false;
};

Parts::Parts(const std::vector<std::filesystem::path>& files, const KeyRing* keys) {
    for (const auto& path : files) {
        auto file = std::make_unique<File>(File{path, MovieFile(path, keys), std::nullopt});
        // Its place in the movie, and whose movie it is, hang on the name.
        if (const auto name = file->movie.sealed_name(); !name.empty() && name != path.filename())
            throw std::runtime_error(
                fmt::format("{} is not what its name says: it was sealed as {}", path.string(), name));
        const auto facts = facts_file_of(path);
        if (facts != path && std::filesystem::exists(facts)) file->facts = read_part_facts(facts);
        bytes_ += file->movie.size();
        files_.push_back(std::move(file));
    }
    note_missing();
}

Parts::~Parts() = default;

/// What is not there is not drawn: that must be said, and nothing thrown away.
void Parts::note_missing() {
    int expected = 1;
    for (const auto& file : files_) {
        const int number = part_number(file->path);
        if (number == 0) return;  // named by somebody else
        for (; expected < number; ++expected) {
            problems_.push_back(fmt::format("part {} is not there", expected));
            damaged_ = true;
        }
        expected = number + 1;
    }
}


std::uint64_t Parts::bytes_read() const {
    std::uint64_t read = 0;
    for (const auto& file : files_) read += file->movie.bytes();
    return read;
}

/// The part's first message has come. False: it cannot be drawn.
bool Parts::enter(File& file, const wire::ServerInit& init) {
    file.entered = true;
    const std::uint32_t before = spans_.empty() ? 0 : spans_.back().end_ms;
    std::uint32_t begin = before;
    const auto& first = files_.front()->facts;
    // Clocks may have been set back in between: time never does here.
    if (file.facts && first) begin = std::max<std::int64_t>(before, file.facts->started - first->started);
    const bool continues = decoder_ && file.facts && file.facts->continues;
    spans_.push_back({begin, begin, continues, file.facts && file.facts->paused});
    try {
        if (continues)
            decoder_->go_on(init);
        else
            decoder_ = std::make_unique<MovieDecoder>(init);
    } catch (const vnc::BrokenStream& broken) {
        damaged_ = true;
        note(file, broken.what());
        return false;
    }
    if (!init_) init_ = init;
    return true;
}

void Parts::note(const File& file, const std::string& problem) {
    problems_.push_back(fmt::format("{}: {}", file.path.filename().string(), problem));
}

std::optional<Parts::Step> Parts::next(const vnc::PictureDecoder::OnDrawn& on_drawn) {
    for (; current_ < files_.size(); ++current_) {
        File& file = *files_[current_];
        const auto message = file.movie.next();
        if (!message) {
            damaged_ = damaged_ || (!file.movie.error().empty() && !file.movie.ended_in_start());
            if (!file.movie.error().empty())
                note(file, file.movie.error());
            else if (const auto cut = file.movie.cut(); !cut.empty())
                note(file, cut);
            continue;
        }
        if (!file.entered && !enter(file, *file.movie.init())) continue;
        auto update = decoder_->draw(*message, on_drawn);
        if (!update) {
            damaged_ = true;
            note(file, fmt::format("what comes at {} ms cannot be drawn: {}", message->at_ms, decoder_->why()));
            decoder_.reset();
            continue;
        }
        auto& span = spans_.back();
        span.end_ms = span.begin_ms + message->at_ms;
        return Step{span.end_ms, current_, message->type == wire::server::update, std::move(*update)};
    }
    return std::nullopt;
}

}  // namespace pronto::fbs
