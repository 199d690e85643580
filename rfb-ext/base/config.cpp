#include "rfb-ext/base/config.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto {

namespace {

std::string type_name(const Config::Value& value) {
    constexpr std::array names{"true or false", "a whole number", "a text", "a list of whole numbers", "a list of texts"};
    return names[value.index()];
}

template <class T>
std::optional<Config::Value> list_of(const toml::array& array) {
    std::vector<T> values;
    for (const auto& node : array) {
        const auto value = node.value_exact<T>();
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

/// The node as a value of the type `like` has; nothing if it has another.
std::optional<Config::Value> convert(const toml::node& node, const Config::Value& like) {
    if (std::holds_alternative<bool>(like)) {
        if (const auto value = node.value_exact<bool>()) return *value;
    } else if (std::holds_alternative<std::int64_t>(like)) {
        if (const auto value = node.value_exact<std::int64_t>()) return *value;
    } else if (std::holds_alternative<std::string>(like)) {
        if (const auto value = node.value_exact<std::string>()) return *value;
    } else if (const auto* array = node.as_array()) {
        return std::holds_alternative<std::vector<std::int64_t>>(like) ? list_of<std::int64_t>(*array)
                                                                       : list_of<std::string>(*array);
    }
    return std::nullopt;
}

std::string line_of(const std::filesystem::path& file, const toml::node& node) {
    return fmt::format("{}:{}", file.string(), node.source().begin.line);
}

}  // namespace

Config::Config(std::vector<Key> keys) : keys_(std::move(keys)) {}

const Config::Key& Config::known(std::string_view name, const std::string& where) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
    if (found != keys_.end()) return *found;
    std::vector<std::string> names;
    for (const auto& key : keys_) names.push_back(key.name);
    const auto near = nearest(name, names);
    throw std::runtime_error(fmt::format("{}: there is no setting \"{}\"{}", where, name,
                                         near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

void Config::check(const Key& key, const Value& value, const std::string& where) const {
    const auto in_range = [&](std::int64_t number) {
        if (number < key.least || number > key.most)
            throw std::runtime_error(fmt::format("{}: {} is {}, but must lie between {} and {}", where, key.name, number,
                                                 key.least, key.most));
    };
    if (const auto* number = std::get_if<std::int64_t>(&value)) in_range(*number);
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value))
        std::for_each(numbers->begin(), numbers->end(), in_range);
}

void Config::load(const std::filesystem::path& file) {
    const std::string content = read_file(file);
    toml::table table;
    try {
        table = toml::parse(content, file.string());
    } catch (const toml::parse_error& problem) {
        throw std::runtime_error(fmt::format("{}:{}: {}", file.string(), problem.source().begin.line,
                                             std::string(problem.description())));
    }
    const auto take = [&](const std::string& name, const toml::node& node) {
        const auto where = line_of(file, node);
        const Key& key = known(name, where);
        auto value = convert(node, key.fallback);
        if (!value) throw std::runtime_error(fmt::format("{}: {} must be {}", where, name, type_name(key.fallback)));
        check(key, *value, where);
        given_.insert_or_assign(name, std::move(*value));
    };
    for (const auto& [section, node] : table) {
        const auto* inner = node.as_table();
        if (!inner) {
            take(std::string(section.str()), node);
            continue;
        }
        for (const auto& [name, setting] : *inner) take(fmt::format("{}.{}", section.str(), name.str()), setting);
    }
}

void Config::set(std::string_view name, Value value) {
    const Key& key = known(name, "command line");
    check(key, value, "command line");
    given_.insert_or_assign(std::string(name), std::move(value));
}

const Config::Value& Config::value(std::string_view name) const {
    if (const auto found = given_.find(name); found != given_.end()) return found->second;
    return known(name, "program").fallback;
}

bool Config::flag(std::string_view name) const { return std::get<bool>(value(name)); }
std::int64_t Config::number(std::string_view name) const { return std::get<std::int64_t>(value(name)); }
const std::string& Config::text(std::string_view name) const { return std::get<std::string>(value(name)); }
const std::vector<std::int64_t>& Config::numbers(std::string_view name) const {
    return std::get<std::vector<std::int64_t>>(value(name));
}
const std::vector<std::string>& Config::texts(std::string_view name) const {
    return std::get<std::vector<std::string>>(value(name));
}
bool Config::given(std::string_view name) const { return given_.find(name) != given_.end(); }

}  // namespace pronto
