#include "agent/model/proxy_login.hpp"

#include <stdexcept>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::agent {

void ProxyLogin::fill_in(tunnel::ProxySettings& proxy) const {
    if (!proxy.user.empty() || !std::filesystem::exists(file_)) return;
    try {
        auto text = read_file(file_, 4096);
        const auto first = text.find('\n');
        const auto second = text.find('\n', first + 1);
        if (first == std::string::npos || second == std::string::npos)
            throw std::runtime_error(file_.string() + " is not two lines");
        proxy.user = text.substr(0, first);
        proxy.password = Secret(text.substr(first + 1, second - first - 1));
        wipe(text);
    } catch (const std::exception& problem) {
        log::warning("the proxy's password cannot be read: {}", problem.what());
    }
}

void ProxyLogin::remember(const std::string& user, const Secret& password) const {
    if ((user + password.text()).find('\n') != std::string::npos)
        throw std::runtime_error("a password of several lines cannot be kept");
    std::string text;
    text.reserve(user.size() + password.text().size() + 2);
    text += user;
    text += '\n';
    text += password.text();
    text += '\n';
    make_private_folder(file_.parent_path());
    write_file_atomically(file_, text);
    wipe(text);
}

void ProxyLogin::forget() const {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace pronto::agent
