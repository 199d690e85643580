#include "repeater/recording/integrity.hpp"

#include <utility>

#include <fmt/format.h>

#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::recording {

namespace {

namespace fs = std::filesystem;
using hub::MovieState;
using hub::RecordingState;

}  // namespace

std::string digests_text(const hub::MovieRecord& movie) {
    return fmt::format("movie={} facts={} poster={}", movie.movie_sha256, movie.facts_sha256, movie.poster_sha256);
}

Integrity::Integrity(fs::path folder, const std::vector<hub::MovieRecord>& movies,
                     const std::vector<hub::AuditRecord>& finished)
    : folder_(std::move(folder)) {
    for (const auto& movie : movies) {
        owners_.emplace(movie.movie_sha256, "the movie of session " + movie.session);
        owners_.emplace(movie.facts_sha256, "the facts of session " + movie.session);
        owners_.emplace(movie.poster_sha256, "the poster of session " + movie.session);
    }
    for (const auto& row : finished) audited_[row.subject] = row.detail;
}

void Integrity::check_file(const std::string& session, const std::string& file, const std::string& digest,
                           std::vector<Trouble>& troubles) const {
    std::error_code problem;
    if (!fs::exists(fs::symlink_status(folder_ / file, problem))) {
        troubles.push_back({session, file, "is missing"});
        return;
    }
    try {
        const auto found = sha256_of(folder_ / file);
        if (found == digest) return;
        const auto owner = owners_.find(found);
        troubles.push_back({session, file,
                            owner == owners_.end() ? fmt::format("was changed: its SHA-256 is {}", found)
                                                   : fmt::format("was swapped: it is {}", owner->second)});
    } catch (const std::exception& unreadable) {
        troubles.push_back({session, file, unreadable.what()});
    }
}

void Integrity::check_part(const hub::RecordingRecord& part, std::vector<Trouble>& troubles) const {
    if (part.state == RecordingState::failed && part.bytes == 0) return;  // it may never have been made
    std::error_code problem;
    const auto size = fs::file_size(folder_ / part.file, problem);
    if (problem)
        troubles.push_back({part.session, part.file, "is missing"});
    else if (size != part.bytes && part.state != RecordingState::failed)
        troubles.push_back(
            {part.session, part.file, fmt::format("was changed: it has {} bytes, {} were written", size, part.bytes)});
}

std::vector<Trouble> Integrity::check(const hub::MovieRecord& movie,
                                      const std::vector<hub::RecordingRecord>& parts) const {
    std::vector<Trouble> troubles;
    if (movie.state == MovieState::finished) {
        check_file(movie.session, movie_file_name(movie.session), movie.movie_sha256, troubles);
        check_file(movie.session, facts_file_name(movie.session), movie.facts_sha256, troubles);
        check_file(movie.session, poster_file_name(movie.session), movie.poster_sha256, troubles);
        const auto audited = audited_.find(movie.session);
        if (audited == audited_.end())
            troubles.push_back({movie.session, "", "the audit log does not know that its movie was finished"});
        else if (audited->second != digests_text(movie))
            troubles.push_back({movie.session, "", "the hashes in the database are not those of the audit log"});
    } else if (movie.state == MovieState::waiting || movie.state == MovieState::failed) {
        for (const auto& part : parts) check_part(part, troubles);
    }
    return troubles;
}

}  // namespace pronto::recording
