#include "agent/model/known_hubs.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "rfb-ext/base/files.hpp"

namespace pronto::agent {

std::vector<tunnel::Pin> KnownHubs::pins_of(const tunnel::HubAddress& hub) const {
    for (const auto& line : read())
        if (line.hub == hub) return line.pins;
    return {};
}

void KnownHubs::remember(const tunnel::HubAddress& hub, const tunnel::Pin& pin) const {
    auto lines = read();
    std::erase_if(lines, [&](const Line& line) { return line.hub == hub; });
    lines.push_back({hub, {pin}});
    std::string text;
    for (const auto& line : lines) {
        text += tunnel::to_text(line.hub);
        for (const auto& each : line.pins) text += ' ' + tunnel::to_text(each);
        text += '\n';
    }
    make_private_folder(file_.parent_path());
    write_file_atomically(file_, text);
}

std::vector<KnownHubs::Line> KnownHubs::read() const {
    if (!std::filesystem::exists(file_)) return {};
    std::istringstream text(read_file(file_));
    std::vector<Line> lines;
    int number = 0;
    for (std::string one; std::getline(text, one);) {
        ++number;
        std::istringstream words(one);
        std::string word;
        if (!(words >> word) || word.front() == '#') continue;
        try {
            Line line{tunnel::parse_hub_address(word), {}};
            while (words >> word) line.pins.push_back(tunnel::parse_pin(word));
            lines.push_back(std::move(line));
        } catch (const std::exception& problem) {
            throw std::runtime_error(file_.string() + ", line " + std::to_string(number) + ": " + problem.what());
        }
    }
    return lines;
}

}  // namespace pronto::agent
