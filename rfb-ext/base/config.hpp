#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pronto {

/// A configuration file (TOML) held against the table of keys a program knows.
///
/// Keys are written "section.name". An unknown key, a wrong type or a number out of range throws std::runtime_error
/// that names the file, the line, the key and, for a misspelt one, the nearest known key.
class Config {
public:
    using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::int64_t>, std::vector<std::string>>;

    struct Key {
        std::string name;
        Value fallback;
        /// For numbers: the range allowed, both ends included.
        std::int64_t least = INT64_MIN;
        std::int64_t most = INT64_MAX;
    };

    explicit Config(std::vector<Key> keys);
    void load(const std::filesystem::path& file);
    /// Sets one key as the file would; for command-line options.
    void set(std::string_view name, Value value);

    bool flag(std::string_view name) const;
    std::int64_t number(std::string_view name) const;
    const std::string& text(std::string_view name) const;
    const std::vector<std::int64_t>& numbers(std::string_view name) const;
    const std::vector<std::string>& texts(std::string_view name) const;
    /// Was the key given, in a file or by set()?
    bool given(std::string_view name) const;

private:
    const Value& value(std::string_view name) const;
    const Key& known(std::string_view name, const std::string& where) const;
    void check(const Key& key, const Value& value, const std::string& where) const;

    std::vector<Key> keys_;
    std::map<std::string, Value, std::less<>> given_;
};

}  // namespace pronto
