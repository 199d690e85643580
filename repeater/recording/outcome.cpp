#include "repeater/recording/outcome.hpp"

#include <stdexcept>
#include <vector>

#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/plain_bytes.hpp"

namespace pronto::recording {

namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part;
    return presentable(text, longest_words);
}

}  // namespace

Outcome look_at(const std::filesystem::path& folder, hub::MovieRecord row) {
    try {
        const auto movie = folder / movie_file_name(row.session);
        const auto facts = fbs::read_movie_facts(folder / facts_file_name(row.session));
        row.bytes = std::filesystem::file_size(movie);
        // Also for one that is taken up as it is: a movie and facts of two attempts do not belong together.
        if (fbs::plain_size(movie) != facts.bytes)
            throw std::runtime_error("the movie and its facts do not belong together");
        row.movie_sha256 = sha256_of(movie);
        row.facts_sha256 = sha256_of(folder / facts_file_name(row.session));
        row.poster_sha256 = sha256_of(folder / poster_file_name(row.session));
        row.file = movie_file_name(row.session);
        row.duration_ms = facts.duration_ms;
        row.detail = joined(facts.problems);
        row.state = hub::MovieState::finished;
        return {std::move(row), {}, facts.damaged};
    } catch (const std::exception& problem) {
        return {std::move(row), presentable(problem.what(), longest_words), false};
    }
}

bool is_made_of_more(const std::filesystem::path& folder, const std::string& session, std::size_t parts) {
    if (!std::filesystem::exists(folder / movie_file_name(session))) return false;
    if (parts == 0) return true;
    try {
        return fbs::read_movie_facts(folder / facts_file_name(session)).parts > parts;
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace pronto::recording
