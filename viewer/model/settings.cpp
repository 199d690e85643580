#include "viewer/model/settings.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"
#include "viewer/model/ticket_text.hpp"

namespace pronto::viewer {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view why) {
    throw std::runtime_error(fmt::format("the settings in {} cannot be used: {}. Correct or delete the file.",
                                         file.string(), why));
}

toml::table parse(const std::filesystem::path& file) {
    try {
        return toml::parse(read_file(file));
    } catch (const toml::parse_error& problem) {
        fail(file, fmt::format("line {}: {}", problem.source().begin.line, problem.description()));
    }
}

template <class T>
void take(const toml::table& table, std::string_view key, T& into, const std::filesystem::path& file) {
    const auto node = table[key];
    if (!node) return;
    const auto value = node.value_exact<T>();
    if (!value) fail(file, fmt::format("{} has the wrong type", key));
    into = *value;
}

std::vector<tunnel::Pin> pins_from(const toml::node& node, std::string_view hub, const std::filesystem::path& file) {
    const auto* list = node.as_array();
    if (!list) fail(file, fmt::format("the pins of {} are not a list", hub));
    std::vector<tunnel::Pin> pins;
    for (const auto& entry : *list) {
        const auto text = entry.value_exact<std::string>();
        if (!text) fail(file, fmt::format("a pin of {} is not a text", hub));
        try {
            pins.push_back(tunnel::parse_pin(*text));
        } catch (const std::runtime_error& problem) {
            fail(file, fmt::format("a pin of {}: {}", hub, problem.what()));
        }
    }
    return pins;
}

toml::table pins_table(const Settings& settings) {
    toml::table pins;
    for (const auto& [hub, keys] : settings.pins) {
        toml::array list;
        for (const auto& key : keys) list.push_back(tunnel::to_text(key));
        pins.insert(hub, std::move(list));
    }
    return pins;
}

}  // namespace

Settings::Settings() : ticket_template(default_ticket_template()) {}

std::vector<tunnel::Pin> Settings::pins_of(const tunnel::HubAddress& hub_address) const {
    const auto found = pins.find(tunnel::to_text(hub_address));
    return found == pins.end() ? std::vector<tunnel::Pin>{} : found->second;
}

void Settings::trust(const tunnel::HubAddress& hub_address, const tunnel::Pin& pin) {
    pins[tunnel::to_text(hub_address)] = {pin};
}

SettingsFile::SettingsFile(std::filesystem::path file) : file_(std::move(file)) {}

Settings SettingsFile::load() {
    Settings settings;
    if (!std::filesystem::exists(file_)) return settings;
    const auto table = parse(file_);
    take(table, "hub", settings.hub, file_);
    take(table, "user", settings.user, file_);
    take(table, "show_getting_started", settings.show_getting_started, file_);
    take(table, "ticket_template", settings.ticket_template, file_);
    take(table, "external_viewer", settings.external_viewer, file_);
    take(table, "proxy", settings.proxy, file_);
    take(table, "proxy_user", settings.proxy_user, file_);
    take(table, "proxy_login_for", settings.proxy_login_for, file_);
    try {
        static_cast<void>(tunnel::parse_proxy(settings.proxy));
    } catch (const std::runtime_error& problem) {
        fail(file_, problem.what());
    }
    if (const auto* pins = table["pins"].as_table())
        for (const auto& [hub, node] : *pins)
            settings.pins[std::string(hub.str())] = pins_from(node, hub.str(), file_);
    else if (table.contains("pins"))
        fail(file_, "pins is not a table");
    return settings;
}

void SettingsFile::save(const Settings& settings) {
    const toml::table table{
        {"hub", settings.hub},
        {"user", settings.user},
        {"show_getting_started", settings.show_getting_started},
        {"ticket_template", settings.ticket_template},
        {"external_viewer", settings.external_viewer},
        {"proxy", settings.proxy},
        {"proxy_user", settings.proxy_user},
        {"proxy_login_for", settings.proxy_login_for},
        {"pins", pins_table(settings)},
    };
    std::ostringstream text;
    text << table << '\n';
    if (file_.has_parent_path()) make_private_folder(file_.parent_path());
    write_file_atomically(file_, text.str(), 0600);
}

std::filesystem::path SettingsFile::password_file() const {
    auto file = file_;
    return file.replace_extension(".proxy-password");
}

Secret SettingsFile::load_proxy_password() {
    if (!std::filesystem::exists(password_file())) return {};
    return Secret(read_secret(password_file()));
}

void SettingsFile::save_proxy_password(const Secret& password) {
    if (password.text().empty()) {
        std::error_code ignored;
        std::filesystem::remove(password_file(), ignored);
        return;
    }
    if (file_.has_parent_path()) make_private_folder(file_.parent_path());
    std::string line;
    line.reserve(password.text().size() + 1);
    line += password.text();
    line += '\n';
    write_file_atomically(password_file(), line, 0600);
    wipe(line);
}

std::filesystem::path settings_path(const std::filesystem::path& program) {
    const auto portable = program.parent_path() / "pronto-settings";
    if (std::filesystem::is_directory(portable)) return portable / "console.toml";
    if (std::filesystem::is_regular_file(portable)) return portable;
    return user_config_folder() / "console.toml";
}

}  // namespace pronto::viewer
