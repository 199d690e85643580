#include "viewer/model/viewer_command.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace pronto::viewer {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool begun = false;
    char quote = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (!quote && (c == ' ' || c == '\t')) {
            if (begun) words.push_back(std::exchange(word, {}));
            begun = false;
            continue;
        }
        begun = true;
        if (c == '\\' && quote != '\'') {
            if (++at == text.size()) throw std::runtime_error("it ends with a \\ that takes nothing");
            word += text[at];
        } else if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? 0 : c;
        } else {
            word += c;
        }
    }
    if (quote) throw std::runtime_error(fmt::format("a {} is not closed", quote));
    if (begun) words.push_back(word);
    return words;
}

std::string filled_in(std::string_view word, const Values& values) {
    std::string out;
    for (;;) {
        const auto open = word.find('{');
        out += word.substr(0, open);
        if (open == std::string_view::npos) return out;
        const auto close = word.find('}', open);
        const auto name = word.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
        const auto found = values.find(name);
        if (close == std::string_view::npos || found == values.end())
            throw std::runtime_error(fmt::format("{{{}}} is none of {{host}}, {{port}} and {{passfile}}", name));
        out += found->second;
        word.remove_prefix(close + 1);
    }
}

}  // namespace

std::vector<std::string> viewer_command(std::string_view command, const BridgePlace& place,
                                        const std::string& pass_file) {
    const Values values{{"host", "127.0.0.1"}, {"port", std::to_string(place.port)}, {"passfile", pass_file}};
    try {
        auto words = split(command);
        if (words.empty() || words.front().empty()) throw std::runtime_error("it names no program");
        for (auto& word : words) word = filled_in(word, values);
        return words;
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(
            fmt::format("external_viewer in the settings cannot be used: {}: {}", problem.what(), command));
    }
}

}  // namespace pronto::viewer
