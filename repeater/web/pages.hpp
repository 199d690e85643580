#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "repeater/net/http_handler.hpp"
#include "repeater/web/assets.hpp"

namespace pronto::web {

/// The pages for browsers and the files they load: a table made at the start, so that no path reaches a file system.
/// `/view/` and `/view/{session}` are "view.html"; every file F is `/assets/VERSION/F`, VERSION being of all files
/// together: what a page loads is of one hub's version, and may be kept for ever. In HTML, "/assets/VERSION/" stands
/// for itself.
class Pages {
public:
    /// Throws std::invalid_argument if a file's kind is unknown.
    explicit Pages(std::span<const Asset> assets);

    /// Nothing if there is no such page or file. 304 where `if_none_match` says that the browser has it.
    std::optional<net::HttpResponse> answer(const net::HttpRequest& request) const;

private:
    struct File {
        std::string_view content_type;
        std::string body;
        std::string etag;
    };
    const File* find(std::string_view path) const;

    std::string assets_path_;  ///< "/assets/VERSION/"
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace pronto::web
