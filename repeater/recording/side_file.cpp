#include "repeater/recording/side_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "repeater/records/convert.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::recording {

void write_side_file(const std::filesystem::path& folder, const hub::RecordingRecord& row, Size screen) {
    const auto state = records::name(row.state);
    boost::json::object facts;
    facts["session"] = row.session;
    facts["part"] = row.part;
    facts["started"] = rfc3339(row.started);
    facts["width"] = screen.width;
    facts["height"] = screen.height;
    facts["continues"] = false;
    facts["state"] = boost::json::string_view(state.data(), state.size());
    facts["duration_ms"] = row.duration_ms;
    facts["bytes"] = row.bytes;
    facts["detail"] = row.detail;
    try {
        const auto path = (folder / row.file).replace_extension(".json");
        write_file_atomically(path, boost::json::serialize(facts) + "\n");
    } catch (const std::exception& problem) {
        log::warning("{}", problem.what());
    }
}

}  // namespace pronto::recording
