#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "repeater/hub/records.hpp"

namespace pronto::recording {

/// How a finished movie's hashes stand in the audit log: "movie=<hex> facts=<hex> poster=<hex>".
std::string digests_text(const hub::MovieRecord& movie);

/// Something that is not as it should be.
struct Trouble {
    std::string session;
    std::string file;  ///< empty: it is not about one file
    std::string what;
    bool operator==(const Trouble&) const = default;
};

/// Compares what is in the recordings folder with what the database and the audit log say of it.
class Integrity {
public:
    /// `movies`: of every session, so that a file that is another's is known; `finished`: the audit log's rows of
    /// "movie.finished", the oldest first.
    Integrity(std::filesystem::path folder, const std::vector<hub::MovieRecord>& movies,
              const std::vector<hub::AuditRecord>& finished);

    /// Of a finished movie every file is read; of one that is not finished yet, or never will be, its parts must be
    /// there with their length. A session under way, and a deleted movie, have no trouble.
    std::vector<Trouble> check(const hub::MovieRecord& movie, const std::vector<hub::RecordingRecord>& parts) const;

private:
    void check_file(const std::string& session, const std::string& file, const std::string& digest,
                    std::vector<Trouble>& troubles) const;
    void check_part(const hub::RecordingRecord& part, std::vector<Trouble>& troubles) const;

    std::filesystem::path folder_;
    std::map<std::string, std::string> owners_;   ///< hash -> "the movie of session ..."
    std::map<std::string, std::string> audited_;  ///< session -> digests_text()
};

}  // namespace pronto::recording
