#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::viewer {

/// What the console remembers between runs. Never a password.
struct Settings {
    std::string hub;   ///< as the operator typed it: "hub.example" or "hub.example:8443"
    std::string user;
    bool show_getting_started = true;
    std::string ticket_template;  ///< see ticket_text.hpp
    std::string external_viewer;  ///< the command that opens a session in another viewer, see viewer_command.hpp; empty: none
    std::string proxy = "system";  ///< "system", "none" or an address, as tunnel::parse_proxy() takes it
    std::string proxy_user;        ///< for a proxy that asks
    std::string proxy_login_for;   ///< the proxy whose user and password are remembered; empty: that of `proxy`
    std::map<std::string, std::vector<tunnel::Pin>> pins;  ///< by to_text(HubAddress): the hub keys the operator trusts

    Settings();
    std::vector<tunnel::Pin> pins_of(const tunnel::HubAddress& hub_address) const;
    /// Trusts this key and no other for that hub from now on.
    void trust(const tunnel::HubAddress& hub_address, const tunnel::Pin& pin);
    bool operator==(const Settings&) const = default;
};

/// Where settings are kept. All methods throw std::runtime_error naming the file and what is wrong.
class SettingsStore {
public:
    virtual ~SettingsStore() = default;
    virtual Settings load() = 0;
    virtual void save(const Settings& settings) = 0;
    /// Only the one that the operator wanted to be remembered; empty: none.
    virtual Secret load_proxy_password() = 0;
    /// Empty: forgets it.
    virtual void save_proxy_password(const Secret& password) = 0;
};

/// A TOML file, 0600, in a folder that is made (0700) when something is first saved. A password stands beside it in a file of
/// its own, 0600: "console.toml" and "console.proxy-password".
class SettingsFile final : public SettingsStore {
public:
    explicit SettingsFile(std::filesystem::path file);
    Settings load() override;  ///< the defaults if there is no file yet
    void save(const Settings& settings) override;
    Secret load_proxy_password() override;
    void save_proxy_password(const Secret& password) override;
    const std::filesystem::path& path() const { return file_; }

private:
    std::filesystem::path password_file() const;
    std::filesystem::path file_;
};

/// console.toml in user_config_folder(); in the folder `pronto-settings` beside the program if there is one (a console
/// carried on a USB stick keeps its settings there). If `pronto-settings` is a file, it is the settings file itself.
std::filesystem::path settings_path(const std::filesystem::path& program);

}  // namespace pronto::viewer
