#include "repeater/web/pages.hpp"

#include <array>
#include <set>

#include <catch2/catch.hpp>

using namespace pronto;
using web::Asset;
using web::Pages;

namespace {

constexpr std::array files{
    Asset{"view.html", "<script src=\"/assets/VERSION/view.js\"></script><img src=\"/assets/VERSION/icon.svg\">"},
    Asset{"view.js", "import './deep/er.js';"},
    Asset{"deep/er.js", "export const root = '/assets/VERSION/';"},
    Asset{"view.css", "p {}"},
    Asset{"icon.svg", "<svg/>"},
    Asset{"LICENSE.txt", "free"}};

std::optional<net::HttpResponse> get(const Pages& pages, std::string path, std::string if_none_match = {},
                                     std::string method = "GET") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.if_none_match = std::move(if_none_match);
    return pages.answer(request);
}

std::string header(const net::HttpResponse& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers)
        if (name == wanted) return value;
    return {};
}

/// "/assets/0123456789abcdef/", as the page names it.
std::string root_of(const Pages& pages) {
    const auto body = get(pages, "/view/").value().body;
    const auto begin = body.find("/assets/");
    const auto version = begin + std::string_view("/assets/").size();
    return body.substr(begin, body.find('/', version) + 1 - begin);
}

}  // namespace

TEST_CASE("the page is there for no session and for any") {
    const Pages pages{files};
    const auto whole = get(pages, "/view/").value();
    CHECK(whole.status == 200);
    CHECK(whole.content_type == "text/html; charset=utf-8");
    CHECK(whole.cache_control == "no-cache");
    for (const auto* path : {"/view", "/view/1-00112233aabbccdd", "/view/A"})
        CHECK(get(pages, path).value().body == whole.body);
    CHECK(get(pages, "/view/" + std::string(64, 'a')).has_value());
}

TEST_CASE("what no page has is not answered, and no path leads out of the table") {
    const Pages pages{files};
    const auto root = root_of(pages);
    for (const std::string path : {"", "/", "/views", "/viewer", "/view/a/b", "/view/../etc/passwd", "/view/%2e%2e",
                                   "/view/a.b", "/view//", "/view/a?b", "/view.html", "/assets/", "/assets/view.js",
                                   "/assets/VERSION/view.js", "/assets/0000000000000000/view.js", "//view/"})
        CHECK_FALSE(get(pages, path).has_value());
    for (const std::string path :
         {"", "/", "nothing.js", "view.js/", "../view.js", "deep/../view.js", "./view.js", "deep/%65r.js",
          "%2e%2e/view.js", "VIEW.JS", "deep", "deep/", "/view.js", "..\\view.js"})
        CHECK_FALSE(get(pages, root + path).has_value());
    CHECK_FALSE(get(pages, root + std::string("view.js\0", 8)).has_value());
    CHECK_FALSE(get(pages, "/view/" + std::string(65, 'a')).has_value());
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", ""})
        CHECK_FALSE(get(pages, "/view/", {}, method).has_value());
    for (std::size_t n = 0; n < root.size(); ++n) CHECK_FALSE(get(pages, root.substr(0, n)).has_value());
}

TEST_CASE("a file has its kind, and its address the version of all files together") {
    const Pages pages{files};
    const auto root = root_of(pages);
    const std::array<std::pair<std::string, std::string>, 5> kinds{{{"view.js", "text/javascript; charset=utf-8"},
                                                                    {"deep/er.js", "text/javascript; charset=utf-8"},
                                                                    {"view.css", "text/css; charset=utf-8"},
                                                                    {"icon.svg", "image/svg+xml"},
                                                                    {"LICENSE.txt", "text/plain; charset=utf-8"}}};
    for (const auto& [name, kind] : kinds) {
        const auto response = get(pages, root + name).value();
        CHECK(response.content_type == kind);
        CHECK(response.cache_control == "public, max-age=31536000, immutable");
    }
    CHECK(get(pages, root + "deep/er.js").value().body == files[2].bytes);
    CHECK(get(pages, "/view/").value().body.find("VERSION") == std::string::npos);

    auto changed = files;
    changed[3].bytes = "p { margin: 0 }";
    CHECK(root_of(Pages(changed)) != root);
    CHECK(root_of(Pages(files)) == root);
    changed[3] = {"view.exe", ""};
    CHECK_THROWS_AS(Pages(changed), std::invalid_argument);
}

TEST_CASE("every answer forbids what the page does not need") {
    const Pages pages{files};
    for (const auto& path : {std::string("/view/"), root_of(pages) + "view.js"}) {
        const auto response = get(pages, path).value();
        const auto policy = header(response, "Content-Security-Policy");
        for (const auto* part : {"default-src 'self';", "img-src 'self' data:;", "object-src 'none'", "base-uri 'none'",
                                 "form-action 'none'", "frame-ancestors 'none'"})
            CHECK(policy.find(part) != std::string::npos);
        CHECK(policy.find("unsafe") == std::string::npos);
        CHECK(header(response, "Referrer-Policy") == "no-referrer");
        CHECK(header(response, "Cross-Origin-Opener-Policy") == "same-origin");
        CHECK(header(response, "Cross-Origin-Resource-Policy") == "same-origin");
    }
}

TEST_CASE("what the browser has is not sent again") {
    const Pages pages{files};
    const auto whole = get(pages, "/view/").value();
    const auto etag = header(whole, "ETag");
    REQUIRE(etag.size() == 34);
    for (const auto& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*"), " \t" + etag + " "}) {
        const auto response = get(pages, "/view/", known).value();
        CHECK(response.status == 304);
        CHECK(response.body.empty());
        CHECK(response.content_type.empty());
        CHECK(header(response, "ETag") == etag);
    }
    for (const auto& other : {std::string("\"other\""), etag.substr(1), std::string(","), std::string("W/")})
        CHECK(get(pages, "/view/", other).value().status == 200);
    CHECK(header(get(pages, root_of(pages) + "view.js").value(), "ETag") != etag);
}

TEST_CASE("all the built-in page loads is built in, too, with the licences of what is others'") {
    const auto assets = web::built_in_assets();
    const Pages pages{assets};
    const auto root = root_of(pages);
    const auto body = get(pages, "/view/").value().body;
    std::size_t named = 0;
    for (auto at = body.find("\"/assets/"); at != std::string::npos; at = body.find("\"/assets/", at + 1), ++named) {
        const auto path = body.substr(at + 1, body.find_first_of("\"#", at + 1) - at - 1);
        INFO(path);
        CHECK(get(pages, path).has_value());
    }
    CHECK(named > 10);
    for (const auto* path : {"view.js", "novnc/core/rfb.js", "novnc/vendor/pako/lib/zlib/inflate.js"})
        CHECK(get(pages, root + path).has_value());
    CHECK(get(pages, root + "LICENSE.novnc.txt").value().body.find("MPL 2.0") != std::string::npos);
    CHECK(get(pages, root + "LICENSE.lucide.txt").value().body.find("ISC License") != std::string::npos);
    std::set<std::string_view> paths;
    for (const auto& asset : assets) CHECK(paths.insert(asset.path).second);
}

TEST_CASE("every icon that the page shows is in the file of icons") {
    const Pages pages{web::built_in_assets()};
    const auto body = get(pages, "/view/").value().body;
    const auto icons = get(pages, root_of(pages) + "icons.svg").value().body;
    const std::string mark = "icons.svg#";
    std::size_t shown = 0;
    for (auto at = body.find(mark); at != std::string::npos; at = body.find(mark, at + 1), ++shown) {
        const auto name = body.substr(at + mark.size(), body.find('"', at) - at - mark.size());
        INFO(name);
        CHECK(icons.find("<symbol id=\"" + name + "\"") != std::string::npos);
    }
    CHECK(shown > 5);
}
