#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/ui/row_list.hpp"

namespace pronto::viewer {

class ConsoleModel;
struct Session;

/// Who is online, as the tree shows it.
struct People {
    std::vector<ui::ListRow> rows;
    std::map<std::string, std::uint64_t> peers;  ///< by row key; the key is the name, unless two share it
};
People people_of(const ConsoleModel& model);

/// The key of that peer's row; empty if it has none.
std::string key_of(const People& people, std::uint64_t peer);

/// A line of the details card.
struct Fact {
    std::string name;
    std::string value;
};
/// What is known about somebody; only what is.
std::vector<Fact> facts_about(const control::Presence& entry, const Session* session);

}  // namespace pronto::viewer
