#include "agent/model/proxy_login.hpp"

#include <stdexcept>
#include <string_view>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::agent {

void ProxyLogin::fill_in(tunnel::ProxySettings& proxy) const {
    if (!proxy.user.empty() || !std::filesystem::exists(file_)) return;
    try {
        auto text = read_file(file_, 4096);
        const auto first = text.find('\n');
        const auto second = first == std::string::npos ? first : text.find('\n', first + 1);
        const auto third = second == std::string::npos ? second : text.find('\n', second + 1);
        if (first == 0 || third == std::string::npos) {
            wipe(text);
            throw std::runtime_error(file_.string() + " is not three lines");
        }
        proxy.login_for = text.substr(0, first);
        proxy.user = text.substr(first + 1, second - first - 1);
        proxy.password = Secret(text.substr(second + 1, third - second - 1));
        wipe(text);
    } catch (const std::exception& problem) {
        log::warning("the proxy's password cannot be read: {}", problem.what());
    }
}

void ProxyLogin::remember(const std::string& proxy, const std::string& user, const Secret& password) const {
    const std::string_view lines[] = {proxy, user, password.text()};
    std::size_t size = 0;
    for (const auto line : lines) {
        if (line.find('\n') != std::string_view::npos) throw std::runtime_error("a password of several lines cannot be kept");
        size += line.size() + 1;
    }
    std::string text;
    text.reserve(size);  // growing would leave secrets behind
    for (const auto line : lines) {
        text += line;
        text += '\n';
    }
    make_private_folder(file_.parent_path());
    write_file_atomically(file_, text);
    wipe(text);
}

void ProxyLogin::forget() const {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace pronto::agent
