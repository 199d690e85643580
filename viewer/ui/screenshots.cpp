#include "viewer/ui/screenshots.hpp"

#include <cctype>
#include <cstdlib>
#include <ctime>

namespace pronto::viewer {

std::filesystem::path pictures_folder() {
    const char* home = std::getenv("HOME");
    const std::filesystem::path folder = home && *home ? home : ".";
    std::error_code none;
    return std::filesystem::is_directory(folder / "Pictures", none) ? folder / "Pictures" : folder;
}

std::string screenshot_name(const std::string& guest, UnixMillis time) {
    std::string name = guest.substr(0, 80);
    for (char& c : name) {
        const bool fine = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == ' ';
        if (!fine) c = '_';
    }
    if (name.empty() || name.front() == '.') name.insert(0, "_");
    const auto seconds = static_cast<std::time_t>(time / 1000);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char text[32];
    return name + std::string(text, std::strftime(text, sizeof text, " %Y-%m-%d %H.%M.%S.png", &local));
}

}  // namespace pronto::viewer
