#include "repeater/web/pages.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "rfb-ext/base/digest.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::web {

namespace {

constexpr std::string_view page_file = "view.html";
constexpr std::string_view page_path = "/view/";
constexpr std::string_view version_mark = "/assets/VERSION/";
constexpr std::size_t version_digits = 16;
constexpr std::size_t longest_session = 64;

/// data: is for noVNC, which makes images of JPEG rectangles and of the guest's pointer.
constexpr std::string_view security_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

std::string_view content_type_of(std::string_view path) {
    struct Kind {
        std::string_view suffix, content_type;
    };
    constexpr std::array kinds{Kind{".html", "text/html; charset=utf-8"}, Kind{".js", "text/javascript; charset=utf-8"},
                               Kind{".css", "text/css; charset=utf-8"}, Kind{".svg", "image/svg+xml"},
                               Kind{".txt", "text/plain; charset=utf-8"}};
    for (const auto& kind : kinds)
        if (path.size() > kind.suffix.size() && path.substr(path.size() - kind.suffix.size()) == kind.suffix)
            return kind.content_type;
    throw std::invalid_argument("no content type is known for " + std::string(path));
}

ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

std::string version_of(std::span<const Asset> assets) {
    Digest digest;
    for (const auto& asset : assets) {
        const auto length = std::to_string(asset.bytes.size());
        for (const std::string_view part :
             {asset.path, std::string_view("\n"), std::string_view(length), std::string_view("\n"), asset.bytes})
            digest.add(bytes_of(part));
    }
    return hex(digest.finish()).substr(0, version_digits);
}

std::string with_version(std::string_view html, const std::string& assets_path) {
    std::string body(html);
    for (auto at = body.find(version_mark); at != std::string::npos;
         at = body.find(version_mark, at + assets_path.size()))
        body.replace(at, version_mark.size(), assets_path);
    return body;
}

bool is_session(std::string_view id) {
    return id.size() <= longest_session && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
           });
}

/// RFC 9110 section 13.1.2: a list, or "*"; weak ones count.
bool names(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto one = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
        while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
        if (one.substr(0, 2) == "W/") one.remove_prefix(2);
        if (one == etag || one == "*") return true;
    }
    return false;
}

}  // namespace

Pages::Pages(std::span<const Asset> assets) : assets_path_("/assets/" + version_of(assets) + "/") {
    for (const auto& asset : assets) {
        File file{content_type_of(asset.path), std::string(asset.bytes), {}};
        if (asset.path == page_file) file.body = with_version(asset.bytes, assets_path_);
        file.etag = '"' + hex(sha256(bytes_of(file.body))).substr(0, 2 * version_digits) + '"';
        files_.emplace(asset.path, std::move(file));
    }
}

const Pages::File* Pages::find(std::string_view path) const {
    auto name = page_file;
    if (path.substr(0, assets_path_.size()) == assets_path_)
        name = path.substr(assets_path_.size());
    else if (path != "/view" &&
             !(path.substr(0, page_path.size()) == page_path && is_session(path.substr(page_path.size()))))
        return nullptr;
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

std::optional<net::HttpResponse> Pages::answer(const net::HttpRequest& request) const {
    const auto* file = request.method == "GET" ? find(request.path) : nullptr;
    if (!file) return std::nullopt;
    const bool is_page = request.path.rfind(assets_path_, 0) != 0;
    net::HttpResponse response;
    response.cache_control = is_page ? "no-cache" : "public, max-age=31536000, immutable";
    response.headers = {{"ETag", file->etag},
                        {"Content-Security-Policy", std::string(security_policy)},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"Cross-Origin-Resource-Policy", "same-origin"}};
    response.content_type = file->content_type;
    if (names(request.if_none_match, file->etag)) {
        response.status = 304;
        response.content_type.clear();
    } else {
        response.body = file->body;
    }
    return response;
}

}  // namespace pronto::web
