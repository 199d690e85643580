#include "repeater/recording/side_file.hpp"

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::recording {

void write_side_file(const std::filesystem::path& folder, const hub::RecordingRecord& row, const PartNature& nature) {
    fbs::PartFacts facts;
    facts.session = row.session;
    facts.part = row.part;
    facts.started = row.started;
    facts.size = nature.screen;
    facts.continues = nature.continues;
    facts.paused = nature.paused;
    facts.state = hub::name(row.state);
    facts.duration_ms = row.duration_ms;
    facts.bytes = row.bytes;
    facts.detail = row.detail;
    try {
        fbs::write_part_facts(fbs::facts_file_of(folder / row.file), facts);
    } catch (const std::exception& problem) {
        log::warning("{}", problem.what());
    }
}

}  // namespace pronto::recording
