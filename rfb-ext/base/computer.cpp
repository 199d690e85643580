#include "rfb-ext/base/computer.hpp"

#include <fstream>
#include <pwd.h>
#include <string_view>
#include <sys/utsname.h>
#include <unistd.h>

namespace pronto {

std::string host_name() {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0) return {};
    const std::string_view whole = name;
    return std::string(whole.substr(0, whole.find('.')));
}

std::string user_name() {
    char space[4096];
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, space, sizeof space, &found) != 0 || !found) return {};
    return found->pw_name;
}

std::string system_name() {
    constexpr std::string_view key = "PRETTY_NAME=";
    std::ifstream release("/etc/os-release");
    for (std::string line; std::getline(release, line);) {
        if (line.compare(0, key.size(), key) != 0) continue;
        line.erase(0, key.size());
        std::erase(line, '"');
        return line;
    }
    utsname kernel{};
    return ::uname(&kernel) == 0 ? std::string(kernel.sysname) + ' ' + kernel.release : std::string{};
}

}  // namespace pronto
