#include "agent/model/kept_place.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <charconv>
#include <map>
#include <sstream>
#include <stdexcept>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::agent {
namespace {

constexpr std::size_t longest_file_bytes = 16 * 1024;

/// "name value" lines; the value goes to the line's end.
std::map<std::string, std::string> lines_of(const std::string& text) {
    std::map<std::string, std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const auto space = line.find(' ');
        if (space != std::string::npos) lines[line.substr(0, space)] = line.substr(space + 1);
        wipe(line);
    }
    return lines;
}

UnixMillis number(const std::string& text) {
    UnixMillis value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error("\"" + text + "\" is no time");
    return value;
}

std::string& needed(std::map<std::string, std::string>& lines, const char* name) {
    const auto found = lines.find(name);
    if (found == lines.end()) throw std::runtime_error(std::string("it has no ") + name);
    return found->second;
}

std::vector<tunnel::Pin> pins(const std::string& text) {
    std::vector<tunnel::Pin> all;
    std::istringstream words(text);
    for (std::string word; words >> word;) all.push_back(tunnel::parse_pin(word));
    return all;
}

}  // namespace

std::optional<Place> KeptPlace::take(UnixMillis now) {
    if (!std::filesystem::exists(file_) || !belongs_to_us()) return std::nullopt;
    try {
        auto text = read_file(file_, longest_file_bytes);
        auto lines = lines_of(text);
        wipe(text);
        Place place{tunnel::parse_hub_address(needed(lines, "hub")), pins(lines["pins"]), lines["name"],
                    Secret(std::move(needed(lines, "token"))), Secret(std::move(needed(lines, "key")))};
        const auto age = now - number(needed(lines, "kept"));
        if (lines["shares"] != shares_ || age < 0 || age > longest.count() || place.token.text().empty())
            return std::nullopt;
        return place;
    } catch (const std::exception& problem) {
        log::warning("the last connection cannot be gone on with: {}: {}", file_.string(), problem.what());
        return std::nullopt;
    }
}

void KeptPlace::keep(const Place& place, UnixMillis now) {
    if (!belongs_to_us()) return;
    std::string text;
    text.reserve(longest_file_bytes);  // growing would leave copies of the secrets behind
    text += "hub " + tunnel::to_text(place.hub) + "\npins";
    for (const auto& pin : place.pins) text += ' ' + tunnel::to_text(pin);
    text += "\nname " + place.name + "\nshares " + shares_ + "\nkept " + std::to_string(now) + "\ntoken ";
    text += place.token.text();
    text += "\nkey ";
    text += place.key.text();
    text += '\n';
    try {
        write_file_atomically(file_, text);
    } catch (const std::exception& problem) {
        log::warning("should this program break off, it cannot go on by itself: {}", problem.what());
    }
    wipe(text);
}

void KeptPlace::forget() {
    if (!belongs_to_us()) return;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    lock_.reset();
}

bool KeptPlace::belongs_to_us() {
    if (lock_) return true;
    try {
        make_private_folder(file_.parent_path());
    } catch (const std::exception&) {
        return false;
    }
    const auto beside = file_.string() + ".lock";
    auto lock = std::make_unique<Descriptor>(::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock->get() < 0 || ::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) return false;
    lock_ = std::move(lock);
    return true;
}

}  // namespace pronto::agent
