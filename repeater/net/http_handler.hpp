#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace pronto::net {

namespace asio = boost::asio;

/// An HTTP request as the handlers of `repeater/web` see it.
struct HttpRequest {
    std::string method;  ///< "GET", "POST", ...
    std::string path;    ///< without the query, not yet percent-decoded
    std::string query;   ///< without the "?"
    std::string bearer;  ///< the token of `Authorization: Bearer`, empty if there is none
    std::string range;   ///< of the header, empty if there is none
    std::string if_none_match;  ///< likewise
    std::string body;
    std::string address;  ///< the client's IP address
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";  ///< empty: no such header
    std::string body;
    std::string cache_control = "no-store";
    std::string content_range;   ///< empty: no such header
    int retry_after_s = 0;       ///< 0: no such header
    bool authenticated = false;  ///< whoever asked is logged in: the connection is no stranger's any more
    std::shared_ptr<const void> place{};  ///< held until the answer is sent, or cannot be
    std::vector<std::pair<std::string, std::string>> headers{};  ///< further ones
};

/// Answers everything that is not an upgrade. Runs on the connection's thread and may await.
using HttpHandler = std::function<asio::awaitable<HttpResponse>(HttpRequest)>;

inline constexpr std::size_t longest_http_head = 16 * 1024;
inline constexpr std::size_t longest_http_body = 64 * 1024;

}  // namespace pronto::net
