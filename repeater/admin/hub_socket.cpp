#include "repeater/admin/hub_socket.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/secrets.hpp"

namespace pronto::admin {

namespace {

namespace json = boost::json;

constexpr timeval patience{30, 0};
constexpr std::size_t longest_answer = 1 << 20;

[[noreturn]] void no_hub(const std::filesystem::path& file, int reason) {
    if (reason == EACCES)
        throw std::runtime_error(fmt::format("this user may not ask the hub ({}): run the command as the hub's user or as root", file.string()));
    throw std::runtime_error(fmt::format("no hub runs on {} ({}): start it, or name its data folder with --data",
                                         file.parent_path().string(), std::strerror(reason)));
}

/// Closes itself.
class Line {
public:
    explicit Line(const std::filesystem::path& file) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = file.string();
        if (path.size() >= sizeof address.sun_path) no_hub(file, ENAMETOOLONG);
        std::strcpy(address.sun_path, path.c_str());
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
        const int reason = errno;
        ::close(fd_);
        no_hub(file, reason);
    }
    ~Line() { ::close(fd_); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    bool say(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    std::string hear() {
        std::string line;
        char room[4096];
        for (;;) {
            const auto got = ::recv(fd_, room, sizeof room, 0);
            if (got <= 0 || line.size() > longest_answer) return {};
            line.append(room, static_cast<std::size_t>(got));
            if (line.back() == '\n') return line;
        }
    }

private:
    int fd_;
};

}  // namespace

HubAnswer ask_hub(const std::filesystem::path& data, const std::string& operator_name, const std::string& method,
                  const std::string& path, const std::string& body) {
    Line line(data / hub_socket_name);
    json::object request;
    request["operator"] = operator_name;
    request["method"] = method;
    request["path"] = path;
    request["body"] = json::parse(body);
    auto asked = json::serialize(request) + "\n";
    const bool said = line.say(asked);
    wipe(asked);
    const auto heard = said ? line.hear() : std::string();
    if (heard.empty()) throw std::runtime_error("the hub did not answer; its log says why");
    const auto answer = json::parse(heard).as_object();
    return {static_cast<int>(answer.at("status").as_int64()), std::string(answer.at("body").as_string())};
}

}  // namespace pronto::admin
